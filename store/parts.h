/* SPDX-License-Identifier: MIT */
/* parts.h - the lists of a probe as bytes: judgements, certificates, messages, redirects, tokens; private to store/.
 *
 * Each is written as what repeats (`out`) and what differs with every probe (`varying`), and read in the same order.
 * Failure to read is remembered in `in` and `varying`. Judgements, chain and messages are documents by themselves, and
 * nothing at all when the list is empty; hops and tokens stand inside the exchange. */
#ifndef STORE_PARTS_H
#define STORE_PARTS_H

#include "base/buf.h"
#include "collector/probe.h"
#include "store/pack.h"

void judgements_write(struct buf *out, struct buf *varying, const struct probe *probe);
void judgements_read(struct unpack *in, struct unpack *varying, struct probe *probe);

void chain_write(struct buf *out, const struct probe *probe);
void chain_read(struct unpack *in, struct probe *probe);

void messages_write(struct buf *out, struct buf *varying, const struct probe *probe);
void messages_read(struct unpack *in, struct unpack *varying, struct probe *probe);

void hops_write(struct buf *out, struct buf *varying, const struct probe *probe);
void hops_read(struct unpack *in, struct unpack *varying, struct probe *probe);

void tokens_write(struct buf *out, struct buf *varying, const struct probe *probe);
void tokens_read(struct unpack *in, struct unpack *varying, struct probe *probe);
#endif
