/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in the way of a move, in words that name who and what. */
#ifndef FRRD_WORDS_H
#define FRRD_WORDS_H

#include "frrd/frrd_config.h"

/*
 * One sentence without a full stop about a reason that blocks or refused
 * something, as it is for this group now: which site claims it, which votes are
 * missing, how long it takes.  An empty string when frrd_reason_text() says all.
 * `to` is the site that shall take over, or NULL.  Returns buf.
 */
extern const char *frrd_describe_obstacle(struct frrd_grp *grp, enum frrd_reason reason,
					  const struct frrd_site *to, char *buf, size_t size);

/* Milliseconds for people: "0 ms", "850 ms", "12.3 s", "4 min 05 s". Returns buf. */
extern const char *frrd_ms_str(int64_t ms, char *buf, size_t size);

#endif
