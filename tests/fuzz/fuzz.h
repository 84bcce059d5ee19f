/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a fuzz target defines: the interface of libFuzzer, which can take the driver's place. */
#ifndef FRRD_FUZZ_H
#define FRRD_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* One input; returns 0. What is wrong ends the process (abort, a sanitizer). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
