// SPDX-License-Identifier: GPL-2.0-or-later
/* Hooks, the sequence of a move and frrd-io; see frrd_hook_join.h. */

#include <zebra.h>

#include "frrd/frrd_config.h"
#include "frrd/frrd_hook.h"
#include "frrd/frrd_hook_join.h"
#include "frrd/frrd_ioproc.h"
#include "frrd/frrd_sequence.h"

/* FRRD_HOOK_EVENTS: no hooks belong to this step. */
static enum frrd_hook_event event_of(enum frrd_step step)
{
	switch (step) {
	case FRRD_STEP_PRE_ANNOUNCE:
		return FRRD_HOOK_PRE_ANNOUNCE;
	case FRRD_STEP_POST_ANNOUNCE:
		return FRRD_HOOK_POST_ANNOUNCE;
	case FRRD_STEP_PRE_WITHDRAW:
		return FRRD_HOOK_PRE_WITHDRAW;
	case FRRD_STEP_POST_WITHDRAW:
		return FRRD_HOOK_POST_WITHDRAW;
	case FRRD_STEP_REST:
	case FRRD_STEP_ATTACH:
	case FRRD_STEP_ANNOUNCE:
	case FRRD_STEP_OWNER:
	case FRRD_STEP_WITHDRAW:
	case FRRD_STEP_DETACH:
		break;
	}
	return FRRD_HOOK_EVENTS;
}

/* True: there is nothing to wait for. */
static bool begin(struct frrd_grp *grp, enum frrd_step step, enum frrd_reason reason)
{
	enum frrd_hook_event event = event_of(step);

	return event == FRRD_HOOK_EVENTS ||
	       !frrd_hook_step(grp, event, reason, frrd_sequence_hooks_done);
}

static const struct frrd_sequence_hooks steps = {
	.begin = begin,
	.cancel = frrd_hook_cancel,
};

static const struct frrd_hook_runner runner = {
	.run = frrd_ioproc_run,
	.kill = frrd_ioproc_run_kill,
	.cancel = frrd_ioproc_run_cancel,
};

void frrd_hook_join(void)
{
	frrd_hook_init(&runner);
	frrd_sequence_set_hooks(&steps);
	frrd_ioproc_set_expected(frrd_hook_any_here);
}
