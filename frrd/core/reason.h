/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reasons and states in words. All functions return static strings, never NULL. */
#ifndef FRRD_CORE_REASON_H
#define FRRD_CORE_REASON_H

#include "types.h"

/* Stable identifier for scripts and JSON, e.g. "announced-elsewhere". */
const char *frrd_reason_code(enum frrd_reason reason);

/* One English sentence without a full stop, for people. */
const char *frrd_reason_text(enum frrd_reason reason);

/* What an operator can do about it; an empty string when there is nothing to do. */
const char *frrd_reason_hint(enum frrd_reason reason);

/* "standby", "claiming", ... as in the YANG model. */
const char *frrd_state_name(enum frrd_state state);

#endif
