/* SPDX-License-Identifier: MIT */
#include "diagnosis/proportion.h"

#include <math.h>

#include "diagnosis/distribution.h"

struct interval proportion_interval(size_t k, size_t n, double confidence)
{
    double outside = (1 - confidence) / 2;
    double passed = (double)k;
    double failed = (double)(n - k);

    return (struct interval){
        k == 0 ? 0 : beta_quantile(outside, passed, failed + 1),
        k == n ? 1 : beta_quantile(1 - outside, passed + 1, failed),
    };
}

size_t passes_needed(double rate, double alpha)
{
    if (rate <= 0)
        return 0;
    if (rate >= 1)
        return 1;
    return (size_t)ceil(log(alpha) / log1p(-rate));
}
