/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the configuration to what the pure engine has to know about a group. */
#ifndef FRRD_POLICY_H
#define FRRD_POLICY_H

#include "frrd/core/budget.h"
#include "frrd/frrd_config.h"

/*
 * Fill grp->policy from the configuration.  Sites and prefixes have to be known:
 * called at the end of a transaction, and when a prefix-list gave or took prefixes.
 */
extern void frrd_policy_compute(struct frrd_grp *grp);

/* Log what is allowed but hardly meant, once until it changes. */
extern void frrd_policy_warn(void);

/*
 * The time budget of a group; NULL: of the group with most members.  The name in
 * it is the group's own.
 */
extern void frrd_policy_budget(const struct frrd_grp *grp, struct frrd_budget *ret_budget);

#endif
