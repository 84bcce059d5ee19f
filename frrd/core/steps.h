/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of a move: what happens between the actions ANNOUNCE and WITHDRAW and
 * the routes, in which order, what is waited for, and what the state machine gets
 * to know of it.
 *
 * takeover, attach-first:    pre-announce, attach, announce, post-announce
 * takeover, announce-first:  pre-announce, announce, attach, post-announce
 * release:                   pre-withdraw, withdraw, detach, post-withdraw
 *
 * Pure: routes, attachments, programs and timers are the caller's.  Of its steps
 * it says when one of them is done; see frrd_sequence.h.
 */
#ifndef FRRD_CORE_STEPS_H
#define FRRD_CORE_STEPS_H

#include "types.h"

/* Times of the steps that nobody configures, in ms. */
/*
 * A site that is cut off lets its addresses go although zebra does not answer: the
 * others take over when they may think that it has.
 */
#define FRRD_UNCONFIRMED_MS 300
/* What programs have at the end of the daemon. */
#define FRRD_SHUTDOWN_PROGRAMS_MS 5000
/* The kernel detaches at once; if it does not, the release is not held up by it. */
#define FRRD_DETACH_MS 2000

enum frrd_step {
	FRRD_STEP_REST, /* not the owner */
	FRRD_STEP_PRE_ANNOUNCE,
	FRRD_STEP_ATTACH,
	FRRD_STEP_ANNOUNCE,
	FRRD_STEP_POST_ANNOUNCE,
	FRRD_STEP_OWNER, /* nothing is left to do */
	FRRD_STEP_PRE_WITHDRAW,
	FRRD_STEP_WITHDRAW,
	FRRD_STEP_DETACH,
	FRRD_STEP_POST_WITHDRAW,
};

/* How far the attachments of a group are. */
enum frrd_attach_status {
	FRRD_ATTACH_DONE, /* as wanted; also when the group has no attachment here */
	FRRD_ATTACH_BUSY,
	FRRD_ATTACH_FAILED, /* not possible now; tried again when something changes */
};

/* Of a group, at its run time; all zero: at rest. */
struct frrd_sequence {
	enum frrd_step step;
	enum frrd_reason reason; /* of the action */
	bool announce_first; /* of this takeover */
	bool routes_done; /* of this takeover: the routes were handed over */
	bool aborted;	  /* a hook of pre-announce forbade the takeover */
	bool pre_begun;	  /* pre-announce was begun by this process ... */
	bool pre_done;	  /* ... and has ended well */
	bool post_due;	  /* post-announce of this takeover has not ended; outlives the process */
	bool held_back;	  /* it could go on, and waits for news of the other sites */
	bool hurried;	  /* of this release: it does not wait for programs or for zebra any more */
	bool delayed;	  /* it could not be attached at once */
};

/*
 * A takeover and a release begin: the step is the first of them then.  What was
 * under way before is over.
 */
void frrd_steps_takeover(struct frrd_sequence *seq, enum frrd_reason reason, bool announce_first);
void frrd_steps_release(struct frrd_sequence *seq, const struct frrd_group *group,
			enum frrd_reason reason, bool zebra_up);

/* The present step is done: go to the one after it. */
void frrd_steps_leave(struct frrd_sequence *seq);

/*
 * Is the present step, which was begun before, done by now?  Of programs the caller
 * says so, with frrd_steps_programs_ended().
 */
bool frrd_steps_is_done(const struct frrd_sequence *seq, const struct frrd_routes *routes,
			enum frrd_attach_status attached);

/*
 * The routes or the attachments have changed.  True: the present step was done, and
 * the next one has to be begun.
 */
bool frrd_steps_go_on(struct frrd_sequence *seq, const struct frrd_group *group, int64_t now_ms,
		      const struct frrd_routes *routes, enum frrd_attach_status attached);

/*
 * The programs of the present step have ended; go_on false: one of them has
 * forbidden the move.  True: the next step has to be begun.
 */
bool frrd_steps_programs_ended(struct frrd_sequence *seq, const struct frrd_group *group,
			       int64_t now_ms, bool go_on);

/*
 * Does the present release wait for zebra as long as that takes?  Else it detaches
 * after FRRD_UNCONFIRMED_MS.
 */
bool frrd_steps_waits_for_zebra(const struct frrd_sequence *seq, const struct frrd_group *group,
				bool zebra_up);

/* What the state of the group means for a move that is under way. */
enum frrd_urgency {
	FRRD_URGENCY_NONE,
	FRRD_URGENCY_GO_ON,	/* what was held back may go on: frrd_steps_go_on() */
	FRRD_URGENCY_DETACH,	/* wait for zebra for FRRD_UNCONFIRMED_MS only */
	FRRD_URGENCY_NO_QUORUM, /* do not wait for programs: frrd_steps_hurry() */
	FRRD_URGENCY_CLAIMED,	/* the same: another site claims the group */
	FRRD_URGENCY_NO_ZEBRA,	/* the same: zebra is gone, and the routes with it */
	FRRD_URGENCY_ENDING,	/* the same, but after FRRD_SHUTDOWN_PROGRAMS_MS */
};
enum frrd_urgency frrd_steps_urgency(const struct frrd_sequence *seq,
				     const struct frrd_group *group,
				     const struct frrd_policy *policy, int64_t now_ms,
				     bool zebra_up);

/* Programs of pre-withdraw are not waited for: go to the withdrawal. */
void frrd_steps_hurry(struct frrd_sequence *seq);

/*
 * What the state machine shall think of the routes: `routes` is what zebra says, and
 * is changed where the steps know more.
 */
void frrd_steps_routes(const struct frrd_sequence *seq, enum frrd_attach_status attached,
		       struct frrd_routes *routes);

/* The grant that was followed has fallen, and somebody claims: the granter has taken it back. */
bool frrd_steps_taken_back(const struct frrd_sequence *seq, const struct frrd_group *group);

/* Only what was announced is resumed after a restart: a hook may have forbidden it before that. */
bool frrd_steps_resumable(const struct frrd_sequence *seq, const struct frrd_group *group);

/* Is something under way? */
bool frrd_steps_busy(const struct frrd_sequence *seq);

/* Are programs what the step waits for? */
bool frrd_step_is_hook(enum frrd_step step);

/* The step in words: "pre-announce"; a static string. */
const char *frrd_step_name(enum frrd_step step);

#endif
