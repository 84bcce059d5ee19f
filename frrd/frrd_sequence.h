/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has to happen around a move, and in which order: between the engine's
 * actions ANNOUNCE and WITHDRAW and the routes.
 *
 * takeover, attach-first:    pre-announce, attach, announce, post-announce
 * takeover, announce-first:  pre-announce, announce, attach, post-announce
 * release:                   pre-withdraw, withdraw, detach, post-withdraw
 *
 * A step begins when the one before it is done: attached means verified in the
 * kernel, announced and withdrawn mean confirmed by zebra.  The state machine knows
 * nothing of this: until the routes are there and the interfaces attached, or the
 * routes gone and the interfaces detached, its snapshot says `pending`.  What comes
 * after that (post-announce, post-withdraw) holds nobody up.  The order, and what is
 * waited for, are in core/steps.h; here they are carried out.
 *
 * A withdrawal that nobody planned (fence, conflict, no quorum) goes straight to
 * `withdraw`, and waits for zebra for a moment only before it detaches.
 */
#ifndef FRRD_SEQUENCE_H
#define FRRD_SEQUENCE_H

#include "frrd/core/steps.h"

struct frrd_grp;

/*
 * Programs of the user that run at the steps pre-announce, post-announce,
 * pre-withdraw and post-withdraw.
 */
struct frrd_sequence_hooks {
	/*
	 * Begin what belongs to the step.  True: there is nothing to wait for.
	 * False: frrd_sequence_hooks_done() follows, once, from the event loop.
	 */
	bool (*begin)(struct frrd_grp *grp, enum frrd_step step, enum frrd_reason reason);
	/* What begin() started is not waited for any more, and why: a static string. */
	void (*cancel)(struct frrd_grp *grp, const char *why);
};

/* The functions stay the caller's; without them these steps are done at once. */
extern void frrd_sequence_set_hooks(const struct frrd_sequence_hooks *hooks);

/*
 * The programs of the present step have ended.  go_on false: one of them has
 * forbidden the move.  That stops a takeover, whose routes then count as failed; a
 * withdrawal goes on all the same.
 */
extern void frrd_sequence_hooks_done(struct frrd_grp *grp, bool go_on);

/* Carry the actions of the engine out; return at once. */
extern void frrd_sequence_announce(struct frrd_grp *grp, enum frrd_reason reason);
extern void frrd_sequence_withdraw(struct frrd_grp *grp, enum frrd_reason reason);

/* The routes of the group, or its attachments, have changed: go on if that was waited for. */
extern void frrd_sequence_go_on(struct frrd_grp *grp);

/*
 * The state machine has made a step.  A release that still waits for programs goes on
 * at once when this site may be taken for dead, another one announces, or there is
 * nothing left to withdraw; after 5 s when the process is to end.  One that waits for a
 * zebra that is gone detaches all the same.
 */
extern void frrd_sequence_follow(struct frrd_grp *grp);

/* Routes for the state machine: pending until the steps that count are done. */
extern void frrd_sequence_snapshot(const struct frrd_grp *grp, struct frrd_routes *ret_routes);

/* Is something under way? */
extern bool frrd_sequence_busy(const struct frrd_grp *grp);

/* Are there routes or attachments of the group, or may there be soon? False: at most programs run. */
extern bool frrd_sequence_stands(const struct frrd_grp *grp);

/* The group is about to be freed. */
extern void frrd_sequence_drop(struct frrd_grp *grp);

#endif
