/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a hook is told about a move, and what is told about a hook that has run. */
#ifndef FRRD_HOOK_ENV_H
#define FRRD_HOOK_ENV_H

#include "frrd_ipc.h"

#include "frrd/core/hooks.h"

struct frrd_grp;
struct frrd_hook_env;

/* Room for FRRD_PREFIXES; prefixes that do not fit are left out, and counted. */
#define FRRD_HOOK_PREFIXES 16384

/* The environment of hooks of an event; the caller's, until it frees it. */
extern struct frrd_hook_env *frrd_hook_env_make(struct frrd_grp *grp,
						enum frrd_hook_event event, const char *from,
						const char *to, enum frrd_reason reason);
extern void frrd_hook_env_free(struct frrd_hook_env *env);

/* "NAME=value", as many as the count says. */
extern const char *const *frrd_hook_env_list(const struct frrd_hook_env *env);
extern size_t frrd_hook_env_count(const struct frrd_hook_env *env);

/*
 * A hook has ended: a line of the journal, and of the log when it did not end well.
 * repeats: how often it had run before; next: what follows; again: it is this hook
 * that runs next.
 */
extern void frrd_hook_report(const struct frrd_grp *grp, enum frrd_hook_event event,
			     uint16_t sequence, const char *command, uint8_t repeats,
			     const struct frrd_ipc_done *result, enum frrd_hook_next next, bool again);

/*
 * A hook was ended early, or does not run because of that (ran_ms 0): a line of the
 * journal and of the log.  result: how it ended all the same; all zero: not at all.
 */
extern void frrd_hook_report_ended_early(const struct frrd_grp *grp, enum frrd_hook_event event,
					 uint16_t sequence, const char *command, uint8_t repeats,
					 const struct frrd_ipc_done *result, const char *why);

#endif
