// SPDX-License-Identifier: GPL-2.0-or-later
/* Hooks: configured objects, and running them; see frrd_hook.h. */

#include <zebra.h>

#include "hook.h"
#include "log.h"
#include "memory.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_hook.h"
#include "frrd/frrd_hook_env.h"
#include "frrd/frrd_notify.h"
#include "frrd/frrd_process.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_HOOK, "Hook");
DEFINE_MTYPE_STATIC(FRRD, FRRD_HOOK_TEXT, "Hook command and sites");
DEFINE_MTYPE_STATIC(FRRD, FRRD_HOOK_RUN, "Hooks that run");

/* One hook as it was when the event came. */
struct step {
	uint16_t sequence;
	char *command;
};

PREDECL_DLIST(runs);
struct frrd_hook_run {
	struct runs_item item;
	struct frrd_grp *grp;
	struct frrd_hooks hooks;
	struct step *steps;
	struct frrd_hook_rule *rules;
	struct frrd_hook_env *env;
	frrd_hook_done done; /* NULL: nobody waits */
	uint32_t id;	     /* of the program that runs; 0: none does */
	struct event *t_wait;
};
DECLARE_DLIST(runs, struct frrd_hook_run, item);

static struct runs_head runs[1] = { INIT_DLIST(runs[0]) };
static const struct frrd_hook_runner *runner;

/* --- the configuration --------------------------------------------------------- */

void frrd_hook_set_init(struct frrd_hook_set *set)
{
	frrd_hook_list_init(&set->list);
}

struct frrd_hook *frrd_hook_find(struct frrd_hook_set *set, enum frrd_hook_event event,
				 uint16_t sequence)
{
	struct frrd_hook key = { .event = event, .sequence = sequence };

	return frrd_hook_list_find(&set->list, &key);
}

struct frrd_hook *frrd_hook_add(struct frrd_hook_set *set, enum frrd_hook_event event,
				uint16_t sequence)
{
	struct frrd_hook *hook = frrd_hook_find(set, event, sequence);

	if (hook)
		return hook;
	hook = XCALLOC(MTYPE_FRRD_HOOK, sizeof(*hook));
	hook->event = event;
	hook->sequence = sequence;
	hook->rule = (struct frrd_hook_rule){
		.policy = FRRD_HOOK_CONTINUE,
		.retries = FRRD_DEFAULT_HOOK_RETRIES,
		.retry_interval_ms = FRRD_DEFAULT_HOOK_RETRY_INTERVAL_MS,
		.timeout_ms = FRRD_DEFAULT_HOOK_TIMEOUT_MS,
	};
	frrd_hook_list_add(&set->list, hook);
	return hook;
}

static void hook_free(struct frrd_hook *hook)
{
	for (size_t i = 0; i < hook->site_count; i++)
		XFREE(MTYPE_FRRD_HOOK_TEXT, hook->sites[i]);
	XFREE(MTYPE_FRRD_HOOK_TEXT, hook->sites);
	XFREE(MTYPE_FRRD_HOOK_TEXT, hook->command);
	XFREE(MTYPE_FRRD_HOOK, hook);
}

void frrd_hook_del(struct frrd_hook_set *set, struct frrd_hook *hook)
{
	frrd_hook_list_del(&set->list, hook);
	hook_free(hook);
}

void frrd_hook_set_clear(struct frrd_hook_set *set)
{
	struct frrd_hook *hook;

	while ((hook = frrd_hook_list_pop(&set->list)))
		hook_free(hook);
}

void frrd_hook_set_command(struct frrd_hook *hook, const char *command)
{
	XFREE(MTYPE_FRRD_HOOK_TEXT, hook->command);
	if (command)
		hook->command = XSTRDUP(MTYPE_FRRD_HOOK_TEXT, command);
}

void frrd_hook_site_add(struct frrd_hook *hook, const char *site)
{
	hook->sites = XREALLOC(MTYPE_FRRD_HOOK_TEXT, hook->sites,
			       (hook->site_count + 1) * sizeof(*hook->sites));
	hook->sites[hook->site_count++] = XSTRDUP(MTYPE_FRRD_HOOK_TEXT, site);
}

void frrd_hook_site_del(struct frrd_hook *hook, const char *site)
{
	for (size_t i = 0; i < hook->site_count; i++)
		if (strmatch(hook->sites[i], site)) {
			XFREE(MTYPE_FRRD_HOOK_TEXT, hook->sites[i]);
			hook->sites[i] = hook->sites[--hook->site_count];
			return;
		}
}

/* --- running ------------------------------------------------------------------- */

bool frrd_hook_runs_here(const struct frrd_hook *hook, enum frrd_hook_event event)
{
	if (hook->event != event || !hook->command)
		return false;
	for (size_t i = 0; i < hook->site_count; i++)
		if (strmatch(hook->sites[i], frrd_config.local_site))
			return true;
	return !hook->site_count;
}

static size_t count_here(struct frrd_grp *grp, enum frrd_hook_event event)
{
	struct frrd_hook *hook;
	size_t count = 0;

	frr_each (frrd_hook_list, &grp->hooks.list, hook)
		count += frrd_hook_runs_here(hook, event);
	return count;
}

static void run_free(struct frrd_hook_run *run)
{
	EVENT_OFF(run->t_wait);
	if (run->id)
		runner->cancel(run->id);
	if (run->grp->hooks.step == run)
		run->grp->hooks.step = NULL;
	for (size_t i = 0; i < run->hooks.count; i++)
		XFREE(MTYPE_FRRD_HOOK_TEXT, run->steps[i].command);
	XFREE(MTYPE_FRRD_HOOK_RUN, run->steps);
	XFREE(MTYPE_FRRD_HOOK_RUN, run->rules);
	frrd_hook_env_free(run->env);
	runs_del(runs, run);
	XFREE(MTYPE_FRRD_HOOK_RUN, run);
}

static void go_on(struct frrd_hook_run *run, enum frrd_hook_next next);

static void ended(void *arg, const struct frrd_ipc_done *result)
{
	struct frrd_hook_run *run = arg;
	bool well = result->end == FRRD_IPC_EXITED && result->code == 0;
	const struct step *step = &run->steps[run->hooks.at];
	uint8_t repeats = run->hooks.repeats;
	enum frrd_hook_next next;

	run->id = 0;
	next = frrd_hooks_ended(&run->hooks, well);
	frrd_hook_report(run->grp, run->hooks.event, step->sequence, step->command, repeats,
			 result, next, run->hooks.repeats > repeats);
	go_on(run, next);
}

static void waited(struct event *event)
{
	struct frrd_hook_run *run = EVENT_ARG(event);

	go_on(run, frrd_hooks_waited(&run->hooks));
}

/* A program that cannot be handed over has failed, but not from within the caller. */
static void not_run(struct event *event)
{
	static const char text[] = "the command or its environment is too long";
	const struct frrd_ipc_done result = {
		.end = FRRD_IPC_NOT_RUN,
		.output = text,
		.output_length = sizeof(text) - 1,
	};

	ended(EVENT_ARG(event), &result);
}

static void start_program(struct frrd_hook_run *run)
{
	const struct step *step = &run->steps[run->hooks.at];

	if (!runner->run(step->command, frrd_hook_env_list(run->env),
			 frrd_hook_env_count(run->env), run->rules[run->hooks.at].timeout_ms,
			 ended, run, &run->id))
		event_add_event(frrd_loop, not_run, run, 0, &run->t_wait);
}

static void go_on(struct frrd_hook_run *run, enum frrd_hook_next next)
{
	struct frrd_grp *grp = run->grp;
	frrd_hook_done done = run->done;

	switch (next) {
	case FRRD_HOOK_RUN:
		start_program(run);
		return;
	case FRRD_HOOK_WAIT:
		event_add_timer_msec(frrd_loop, waited, run,
				     run->rules[run->hooks.at].retry_interval_ms, &run->t_wait);
		return;
	case FRRD_HOOK_FINISHED:
	case FRRD_HOOK_ABORTED:
		run_free(run);
		if (done)
			done(grp, next == FRRD_HOOK_FINISHED);
		return;
	}
}

/* Begin with copies of what the hooks are now; NULL: there are none. */
static struct frrd_hook_run *begin(struct frrd_grp *grp, enum frrd_hook_event event,
				   const char *from, const char *to, enum frrd_reason reason,
				   frrd_hook_done done)
{
	size_t count = runner ? count_here(grp, event) : 0, n = 0;
	struct frrd_hook_run *run;
	struct frrd_hook *hook;

	if (!count)
		return NULL;
	run = XCALLOC(MTYPE_FRRD_HOOK_RUN, sizeof(*run));
	run->grp = grp;
	run->done = done;
	run->steps = XCALLOC(MTYPE_FRRD_HOOK_RUN, count * sizeof(*run->steps));
	run->rules = XCALLOC(MTYPE_FRRD_HOOK_RUN, count * sizeof(*run->rules));
	frr_each (frrd_hook_list, &grp->hooks.list, hook)
		if (frrd_hook_runs_here(hook, event)) {
			run->steps[n].sequence = hook->sequence;
			run->steps[n].command = XSTRDUP(MTYPE_FRRD_HOOK_TEXT, hook->command);
			run->rules[n++] = hook->rule;
		}
	run->env = frrd_hook_env_make(grp, event, from, to, reason);
	runs_add_tail(runs, run);
	go_on(run, frrd_hooks_begin(&run->hooks, event, run->rules, count));
	return run;
}

bool frrd_hook_run(struct frrd_grp *grp, enum frrd_hook_event event, const char *from,
		   const char *to, enum frrd_reason reason, frrd_hook_done done)
{
	frrd_hook_cancel(grp);
	grp->hooks.step = begin(grp, event, from, to, reason, done);
	return grp->hooks.step;
}

static const char *site_name(uint8_t id)
{
	const struct frrd_site *site = id ? frrd_site_by_id(id) : NULL;

	return site ? site->name : "";
}

/* Who gets the group from this site, as far as this site knows. */
static const char *successor(const struct frrd_grp *grp)
{
	const struct frrd_group *fsm = &grp->fsm;

	if (grp->policy.arbiter != FRRD_ARBITER_BGP)
		return fsm->release_cause == FRRD_REASON_COMMAND_SWITCHOVER_AWAY ? grp->peer : "";
	if (fsm->grant_to)
		return site_name(fsm->grant_to);
	return site_name(fsm->sole_claimant);
}

bool frrd_hook_step(struct frrd_grp *grp, enum frrd_hook_event event, enum frrd_reason reason,
		    frrd_hook_done done)
{
	const char *self = frrd_config.local_site;

	if (event == FRRD_HOOK_PRE_WITHDRAW || event == FRRD_HOOK_POST_WITHDRAW)
		return frrd_hook_run(grp, event, self, successor(grp), reason, done);
	return frrd_hook_run(grp, event, site_name(grp->hooks.owner_before), self, reason, done);
}

void frrd_hook_cancel(struct frrd_grp *grp)
{
	struct frrd_hook_run *run = grp->hooks.step;

	if (!run)
		return;
	zlog_notice("group %s: hooks of %s ended early: the group has moved on", grp->name,
		    frrd_hook_event_name(run->hooks.event));
	run_free(run);
}

void frrd_hook_drop(struct frrd_grp *grp)
{
	struct frrd_hook_run *run;

	frr_each_safe (runs, runs, run)
		if (run->grp == grp)
			run_free(run);
	frrd_hook_set_clear(&grp->hooks);
	frrd_hook_list_fini(&grp->hooks.list);
}

/* --- what happens to groups ---------------------------------------------------- */

static int decided(const struct frrd_grp *decided_grp, enum frrd_state from, enum frrd_state to,
		   enum frrd_reason reason)
{
	/* the caller's is const for those who only look on */
	struct frrd_grp *grp = frrd_grp_find(decided_grp->name);
	const char *owner, *next;

	if (!grp)
		return 0;
	if (grp->fsm.last_owner && grp->fsm.last_owner != grp->policy.self)
		grp->hooks.owner_before = grp->fsm.last_owner;
	owner = grp->fsm.last_owner == grp->policy.self ? frrd_config.local_site
							: site_name(grp->fsm.last_owner);
	next = frrd_grp_owned(grp) ? frrd_config.local_site : successor(grp);
	/* The fence has withdrawn the group, or will have: from here, to whom is not known. */
	if (reason == FRRD_REASON_FENCED)
		(void)begin(grp, FRRD_HOOK_ON_FENCED, frrd_config.local_site, "", reason, NULL);
	else if (frrd_hook_is_failure(reason))
		(void)begin(grp, FRRD_HOOK_ON_FAILURE, owner, next, reason, NULL);
	return 0;
}

void frrd_hook_init(const struct frrd_hook_runner *set)
{
	runner = set;
	hook_register(frrd_decision, decided);
}
