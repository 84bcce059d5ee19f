/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Error codes of frrd, as `show error CODE` explains them. */
#ifndef FRRD_ERRORS_H
#define FRRD_ERRORS_H

#include "ferr.h"

/* libfrr 8.4 assigns 0x11 to pathd as the last daemon; the next number is free. */
#define FRRD_FERR_START 0x1A000001

enum frrd_log_refs {
	EC_FRRD_CONFIG = FRRD_FERR_START,
	EC_FRRD_COMMAND_REFUSED,
	EC_FRRD_FORCED,
	EC_FRRD_WITHDRAW_UNCONFIRMED,
	EC_FRRD_ROUTES,
	EC_FRRD_TAKEN_OVER,
	EC_FRRD_ZEBRA,
	EC_FRRD_PLIST,
	EC_FRRD_INVARIANT,
	EC_FRRD_CONFLICT,
	EC_FRRD_QUORUM,
	EC_FRRD_FENCED,
	EC_FRRD_NOT_RESUMED,
	EC_FRRD_FORCE_NO_QUORUM,
	EC_FRRD_SUCCESSOR,
	EC_FRRD_STATE_FILE,
	EC_FRRD_JOURNAL,
	EC_FRRD_WORKER,
	EC_FRRD_ATTACH,
	EC_FRRD_HOOK,
	EC_FRRD_IO,
	EC_FRRD_PROBE_UNKNOWN,
	EC_FRRD_ADDRESS,
	EC_FRRD_MARKER,
};

extern void frrd_error_init(void);

#endif
