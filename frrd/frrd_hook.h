/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hooks: the user's programs that run around a move.
 *
 * The hooks of an event run one after the other, as core/hooks.h says.  What they are
 * told about the move is in their environment; it is that of the moment when the event
 * came, and so are the hooks themselves: a later configuration changes nothing of it.
 * Nothing here waits.  What ran, for how long, how it ended and what it wrote goes to
 * the journal (kind "hook").
 *
 * The hooks of the events around announcing and withdrawing belong to a step of the
 * move, and a group is in one step at a time: what is still running when the group
 * moves on is ended (SIGTERM, a second later SIGKILL), because a late program would undo
 * the work of those of the next step.  For the same reason these begin when it has
 * really ended.  Nobody else waits for that: a withdrawal in need goes on at once.  The
 * hooks of on-fenced and on-failure report.  They begin when the actions of the decision
 * are carried out, and run to their end.
 */
#ifndef FRRD_HOOK_H
#define FRRD_HOOK_H

#include "typesafe.h"

#include "frrd_ipc.h"

#include "frrd/core/hooks.h"
#include "frrd/core/types.h"

struct frrd_grp;
struct frrd_hook_run;

#define FRRD_DEFAULT_HOOK_TIMEOUT_MS	    10000
#define FRRD_DEFAULT_HOOK_RETRIES	    3
#define FRRD_DEFAULT_HOOK_RETRY_INTERVAL_MS 1000

PREDECL_RBTREE_UNIQ(frrd_hook_list);

/* A configured hook. */
struct frrd_hook {
	struct frrd_hook_list_item item;
	enum frrd_hook_event event;
	uint16_t sequence;
	char *command; /* NULL: none yet; the checks let no such hook through */
	char **sites;  /* names of the sites at which it runs */
	size_t site_count; /* 0: it runs at every member */
	struct frrd_hook_rule rule;
};

static inline int frrd_hook_cmp(const struct frrd_hook *a, const struct frrd_hook *b)
{
	return a->event == b->event ? numcmp(a->sequence, b->sequence)
				    : numcmp(a->event, b->event);
}
DECLARE_RBTREE_UNIQ(frrd_hook_list, struct frrd_hook, item, frrd_hook_cmp);

/* The hooks of a group, and what is known for them. All zero is not enough: see init. */
struct frrd_hook_set {
	struct frrd_hook_list_head list; /* by event, then by sequence */
	struct frrd_hook_run *step;	 /* hooks of the present step, or NULL */
	uint8_t owner_before; /* the last owner that was another site; 0: none is known */
};

/* Who runs programs; see frrd_ioproc_run() and frrd_ioproc_run_cancel(). */
struct frrd_hook_runner {
	bool (*run)(const char *command, const char *const *env, size_t env_count,
		    uint32_t timeout_ms,
		    void (*done)(void *arg, const struct frrd_ipc_done *result), void *arg,
		    uint32_t *ret_id);
	void (*kill)(uint32_t id);   /* end it; `done` follows, not from within this call */
	void (*cancel)(uint32_t id); /* end it; `done` does not follow */
};

/* The runner's functions stay the caller's. Listens to the decisions from now on. */
extern void frrd_hook_init(const struct frrd_hook_runner *runner);

/* --- the configuration --- */

extern void frrd_hook_set_init(struct frrd_hook_set *set);

/* Forget all hooks; what runs goes on. */
extern void frrd_hook_set_clear(struct frrd_hook_set *set);

/* The hook, made with its defaults when there is none yet. */
extern struct frrd_hook *frrd_hook_add(struct frrd_hook_set *set, enum frrd_hook_event event,
				       uint16_t sequence);
/* NULL: there is none. */
extern struct frrd_hook *frrd_hook_find(struct frrd_hook_set *set, enum frrd_hook_event event,
					uint16_t sequence);
extern void frrd_hook_del(struct frrd_hook_set *set, struct frrd_hook *hook);
extern void frrd_hook_set_command(struct frrd_hook *hook, const char *command);
extern void frrd_hook_site_add(struct frrd_hook *hook, const char *site);
extern void frrd_hook_site_del(struct frrd_hook *hook, const char *site);

/* Is it a hook of this event, complete, and for this site? */
extern bool frrd_hook_runs_here(const struct frrd_hook *hook, enum frrd_hook_event event);

/* Is there any hook for this site, of any group and event? */
extern bool frrd_hook_any_here(void);

/* The longest time that the hooks of an event can take at a site, in milliseconds. */
extern uint64_t frrd_hook_set_longest_ms(const struct frrd_hook_set *set,
					 enum frrd_hook_event event, const char *site);

/* --- running --- */

/* Called once when all hooks of the event have run; go_on false: one forbids the move. */
typedef void (*frrd_hook_done)(struct frrd_grp *grp, bool go_on);

/*
 * Run the hooks that this site has for a step of a move (events pre-… and post-…).
 * The step before is over: what it left running is ended, and waited for.  from, to: names of the
 * owner before and after, "" where it is not known.  Returns false when there is
 * nothing to run; otherwise `done` follows from the event loop, unless
 * frrd_hook_cancel() comes first.
 */
extern bool frrd_hook_run(struct frrd_grp *grp, enum frrd_hook_event event, const char *from,
			  const char *to, enum frrd_reason reason, frrd_hook_done done);

/* The same with owners from what the group knows. */
extern bool frrd_hook_step(struct frrd_grp *grp, enum frrd_hook_event event,
			   enum frrd_reason reason, frrd_hook_done done);

/*
 * The group has moved on: end what runs for its step, call nothing.  why goes to the
 * journal: a static string.
 */
extern void frrd_hook_cancel(struct frrd_grp *grp, const char *why);

/* The group is about to be freed: end everything that runs for it. */
extern void frrd_hook_drop(struct frrd_grp *grp);

/* The process is about to end, and the journal is still there: end everything. */
extern void frrd_hook_stop(void);

#endif
