/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The monotonic clock of this process. */
#ifndef FRRD_TIME_H
#define FRRD_TIME_H

#include <stdint.h>

#include "monotime.h"

/* Microseconds of CLOCK_MONOTONIC; never runs backwards. */
static inline int64_t frrd_now_us(void)
{
	struct timeval now;

	monotime(&now);
	return now.tv_sec * INT64_C(1000000) + now.tv_usec;
}

/* The same in milliseconds, the unit of the decision engine. */
static inline int64_t frrd_now_ms(void)
{
	return frrd_now_us() / 1000;
}

#endif
