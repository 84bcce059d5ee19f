// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preflight: hooks of this site.  May their programs be started, and is a planned
 * move patient enough for them?
 */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/frrd_preflight.h"
#include "frrd/ipc/ipc_program.h"

bool frrd_pf_program_runs(const char *path, char reason[FRRD_IPC_TEXT])
{
	struct frrd_program program;

	if (!frrd_program_open(path, &program, reason))
		return false;
	close(program.fd);
	return true;
}

static void check_program(struct frrd_preflight *pf, const struct frrd_grp *grp,
			  const struct frrd_hook *hook)
{
	char path[FRRD_IPC_LINE], reason[FRRD_IPC_TEXT];

	snprintf(path, sizeof(path), "%.*s", (int)strcspn(hook->command, " \t"), hook->command);
	if (frrd_pf_program_runs(path, reason))
		return;
	frrd_pf_add(pf, hook->rule.policy == FRRD_HOOK_ABORT ? FRRD_PF_ERROR : FRRD_PF_WARNING,
		    "hook", grp->name, "hook %s %u: %s will not be started: %s",
		    frrd_hook_event_name(hook->event), hook->sequence, path, reason);
}

/*
 * The old owner waits for what comes before the announcement, at most for handover-timeout,
 * and a site that asks for the group for what comes before the withdrawal.  The grant
 * itself has its time from the moment in which it can be seen.
 */
static void check_time(struct frrd_preflight *pf, struct frrd_grp *grp, enum frrd_hook_event event)
{
	bool before_announce = event == FRRD_HOOK_PRE_ANNOUNCE;
	struct frrd_hook *hook;
	uint64_t longest = 0;

	frr_each (frrd_hook_list, &grp->hooks.list, hook)
		if (frrd_hook_runs_here(hook, event))
			longest += frrd_hook_longest_ms(&hook->rule);
	if (longest < frrd_config.handover_timeout_ms)
		return;
	frrd_pf_add(pf, before_announce ? FRRD_PF_ERROR : FRRD_PF_WARNING, "hook-time", grp->name,
		    "the hooks of %s may take %" PRIu64 " ms, and handover-timeout is %u ms: %s",
		    frrd_hook_event_name(event), longest, frrd_config.handover_timeout_ms,
		    before_announce
			    ? "the old owner does not wait longer for a successor, and the group is announced nowhere until they are done"
			    : "a site that asks for the group gives up before, although it moves");
}

void frrd_pf_check_hooks(struct frrd_preflight *pf)
{
	struct frrd_grp *grp;
	struct frrd_hook *hook;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		if (grp->removed || !frrd_member_local(grp))
			continue;
		frr_each (frrd_hook_list, &grp->hooks.list, hook)
			if (frrd_hook_runs_here(hook, hook->event))
				check_program(pf, grp, hook);
		check_time(pf, grp, FRRD_HOOK_PRE_WITHDRAW);
		check_time(pf, grp, FRRD_HOOK_PRE_ANNOUNCE);
	}
}
