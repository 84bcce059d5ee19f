/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What would happen next to a group at this site, in words. */
#ifndef FRRD_WHY_NEXT_H
#define FRRD_WHY_NEXT_H

#include "frrd/core/decide.h"
#include "frrd/frrd_config.h"

/* One sentence, arbiter bgp; `checks` are the guards of a takeover now. */
extern void frrd_why_next(struct frrd_grp *grp,
			  const struct frrd_check checks[FRRD_GUARD_COUNT], char *buf,
			  size_t size);

#endif
