/* SPDX-License-Identifier: MIT */
/* readings STORE: the probes of the latest run, one a line: endpoint, status, first byte, total and loop lag in µs, code
 * (or -). What a bench asks of a run, whatever a report shows of it. */
#include <stdio.h>

#include "base/error.h"
#include "collector/probe.h"
#include "store/select.h"
#include "store/store.h"

static bool print(void *self, struct probe *probe, struct error *err)
{
    (void)self;
    (void)err;
    printf("%u %d %lld %lld %lld %s\n", probe->endpoint, probe->status, (long long)probe->timings.first_byte_us,
           (long long)probe->timings.total_us, (long long)probe->loop_lag_us, probe->code ? probe->code : "-");
    probe_free(probe);
    return true;
}

int main(int argc, char **argv)
{
    struct error err = {0};
    struct store *store = argc == 2 ? store_open(argv[1], STORE_READ, &err) : NULL;
    struct uuid run;
    bool ok = store && select_run(store, "latest", NULL, &run, &err)
              && store_each_probe(store, &run, false, print, NULL, &err);

    if (!ok)
        fprintf(stderr, "readings: %s\n", argc == 2 ? err.text : "usage: readings STORE");
    store_close(store);
    return ok ? 0 : 1;
}
