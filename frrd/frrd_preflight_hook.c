// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preflight: hooks of this site.  May their programs be started, and is a planned
 * move patient enough for them?
 */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/frrd_preflight.h"

static const char *not_there(void)
{
	return errno == ENOENT ? "missing" : "out of reach";
}

/* What is wrong with a file or folder that only root may change; NULL: nothing. */
static const char *unsafe(const char *path, bool folder)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return not_there();
	if (!folder && !S_ISREG(st.st_mode))
		return "not a file";
	if (st.st_uid != 0)
		return "not owned by root";
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return "writable by others than root";
	if (!(st.st_mode & S_IXOTH))
		return folder ? "closed to others" : "not executable";
	return NULL;
}

/* The same for a program and every folder above it. */
const char *frrd_pf_unsafe_program(const char *program, char ret_path[PATH_MAX])
{
	const char *problem;
	char *slash;

	if (!realpath(program, ret_path)) {
		strlcpy(ret_path, program, PATH_MAX);
		return not_there();
	}
	problem = unsafe(ret_path, false);
	while (!problem && (slash = strrchr(ret_path, '/')) != ret_path) {
		*slash = '\0';
		problem = unsafe(ret_path, true);
	}
	return problem ? problem : unsafe("/", true);
}

static void check_program(struct frrd_preflight *pf, const struct frrd_grp *grp,
			  const struct frrd_hook *hook)
{
	char program[PATH_MAX], path[PATH_MAX];
	const char *problem;

	snprintf(program, sizeof(program), "%.*s", (int)strcspn(hook->command, " "),
		 hook->command);
	problem = frrd_pf_unsafe_program(program, path);
	if (!problem)
		return;
	frrd_pf_add(pf, hook->rule.policy == FRRD_HOOK_ABORT ? FRRD_PF_ERROR : FRRD_PF_WARNING,
		    "hook", grp->name, "hook %s %u: %s will not be started: %s is %s",
		    frrd_hook_event_name(hook->event), hook->sequence, program, path, problem);
}

/* The other site waits for these, at most for handover-timeout. */
static void check_time(struct frrd_preflight *pf, struct frrd_grp *grp, enum frrd_hook_event event)
{
	struct frrd_hook *hook;
	uint64_t longest = 0;

	frr_each (frrd_hook_list, &grp->hooks.list, hook)
		if (frrd_hook_runs_here(hook, event))
			longest += frrd_hook_longest_ms(&hook->rule);
	if (longest < frrd_config.handover_timeout_ms)
		return;
	frrd_pf_add(pf, FRRD_PF_ERROR, "hook-time", grp->name,
		    "the hooks of %s may take %" PRIu64 " ms, and handover-timeout is %u ms: a planned move then fails, and the group is announced nowhere for a while",
		    frrd_hook_event_name(event), longest, frrd_config.handover_timeout_ms);
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
