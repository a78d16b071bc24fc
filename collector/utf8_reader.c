/* SPDX-License-Identifier: MIT */
#include "collector/utf8_reader.h"

/* What the byte after `lead` may be keeps out overlong forms, surrogates and what lies above U+10FFFF. */
static bool begin(struct utf8_reader *reader, uint8_t lead)
{
    reader->low = 0x80;
    reader->high = 0xBF;
    if (lead < 0x80)
        return true;
    if (lead < 0xC2 || lead > 0xF4)
        return false;
    reader->left = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    if (lead == 0xE0)
        reader->low = 0xA0;
    else if (lead == 0xED)
        reader->high = 0x9F;
    else if (lead == 0xF0)
        reader->low = 0x90;
    else if (lead == 0xF4)
        reader->high = 0x8F;
    return true;
}

bool utf8_reader_feed(struct utf8_reader *reader, struct slice piece)
{
    for (size_t i = 0; i < piece.len; i++) {
        uint8_t byte = (uint8_t)piece.data[i];

        if (reader->left == 0) {
            if (!begin(reader, byte))
                return false;
            continue;
        }
        if (byte < reader->low || byte > reader->high)
            return false;
        reader->left--;
        reader->low = 0x80;
        reader->high = 0xBF;
    }
    return true;
}

bool utf8_reader_may_end(const struct utf8_reader *reader)
{
    return reader->left == 0;
}
