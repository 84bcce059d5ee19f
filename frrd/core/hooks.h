/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hooks of a move: which program runs next, and what follows from its end.
 *
 * The hooks of one event run one after the other.  A hook that fails (exit status,
 * signal, time limit, or not started at all) is passed over, repeated, or forbids
 * the move, as its policy says.  Pure: programs and pauses are the caller's.
 */
#ifndef FRRD_CORE_HOOKS_H
#define FRRD_CORE_HOOKS_H

#include "types.h"

enum frrd_hook_event {
	FRRD_HOOK_PRE_WITHDRAW,
	FRRD_HOOK_POST_WITHDRAW,
	FRRD_HOOK_PRE_ANNOUNCE,
	FRRD_HOOK_POST_ANNOUNCE,
	FRRD_HOOK_ON_FENCED,
	FRRD_HOOK_ON_FAILURE,
	FRRD_HOOK_EVENTS, /* number of events, not an event */
};

enum frrd_hook_policy {
	FRRD_HOOK_CONTINUE, /* go on with the next hook */
	FRRD_HOOK_ABORT,    /* no further hook, and no move */
	FRRD_HOOK_RETRY,    /* once more, at most `retries` times, then go on */
};

/* What the configuration says about one hook; times in milliseconds. */
struct frrd_hook_rule {
	enum frrd_hook_policy policy;
	uint8_t retries;	    /* 1..100, policy RETRY only */
	uint32_t retry_interval_ms; /* 0..600000, policy RETRY only */
	uint32_t timeout_ms;	    /* 100..3600000 */
};

/* What the caller has to do next. */
enum frrd_hook_next {
	FRRD_HOOK_RUN,	    /* run hook number `at`, then frrd_hooks_ended() */
	FRRD_HOOK_WAIT,	    /* wait for retry_interval_ms of hook `at`, then frrd_hooks_waited() */
	FRRD_HOOK_FINISHED, /* all have run: the move goes on */
	FRRD_HOOK_ABORTED,  /* hook `at` has forbidden the move */
};

/* The hooks of one event as they run.  The rules stay the caller's, and in place. */
struct frrd_hooks {
	enum frrd_hook_event event;
	const struct frrd_hook_rule *rules;
	size_t count;
	size_t at;	 /* hook that runs, ran last or waits; count: none is left */
	uint8_t repeats; /* of that hook, so far */
	uint16_t failed; /* hooks that have failed for good */
};

/* Begin; `count` may be 0. Returns what to do first. */
enum frrd_hook_next frrd_hooks_begin(struct frrd_hooks *hooks, enum frrd_hook_event event,
				     const struct frrd_hook_rule *rules, size_t count);

/* The program that was run has ended, well (exit status 0) or not. */
enum frrd_hook_next frrd_hooks_ended(struct frrd_hooks *hooks, bool well);

/* The pause is over. */
enum frrd_hook_next frrd_hooks_waited(const struct frrd_hooks *hooks);

/*
 * Can a hook of this event forbid the move?  Only before a takeover: nothing has
 * changed yet, and not to take over is a safe place to stay.  A withdrawal is never
 * stopped.
 */
bool frrd_hook_may_abort(enum frrd_hook_event event);

/* The longest time that a hook can take, repeats and pauses included. */
uint64_t frrd_hook_longest_ms(const struct frrd_hook_rule *rule);

/* Is this the reason of a move that has failed (event on-failure)? */
bool frrd_hook_is_failure(enum frrd_reason reason);

/* "pre-withdraw", ... as in the model; "continue", ... */
const char *frrd_hook_event_name(enum frrd_hook_event event);
const char *frrd_hook_policy_name(enum frrd_hook_policy policy);

/* The other way round; false: there is no such name. */
bool frrd_hook_event_of(const char *name, enum frrd_hook_event *ret_event);
bool frrd_hook_policy_of(const char *name, enum frrd_hook_policy *ret_policy);

#endif
