// SPDX-License-Identifier: GPL-2.0-or-later
/* Hooks: configured objects, and running them; see frrd_hook.h. */

#include <zebra.h>

#include "hook.h"
#include "log.h"
#include "memory.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_hook.h"
#include "frrd/frrd_hook_env.h"
#include "frrd/frrd_notify.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_time.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_HOOK, "Hook");
DEFINE_MTYPE_STATIC(FRRD, FRRD_HOOK_TEXT, "Hook command and sites");
DEFINE_MTYPE_STATIC(FRRD, FRRD_HOOK_RUN, "Hooks that run");

/*
 * A program that is ended early has a second after SIGTERM, and a frrd-io that hangs is
 * killed after two, with all that it runs: this is for what nobody has thought of.
 */
#define GONE_MS 4000

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
	const char *ended_early; /* why; its program is being ended. NULL: it is not */
	bool waits;	     /* for the end of a program of an earlier step */
	uint32_t id;	     /* of the program that runs; 0: none does */
	int64_t started_ms;  /* the same: since when */
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

static bool runs_at(const struct frrd_hook *hook, enum frrd_hook_event event, const char *site)
{
	if (hook->event != event || !hook->command)
		return false;
	for (size_t i = 0; i < hook->site_count; i++)
		if (strmatch(hook->sites[i], site))
			return true;
	return !hook->site_count;
}

bool frrd_hook_runs_here(const struct frrd_hook *hook, enum frrd_hook_event event)
{
	return runs_at(hook, event, frrd_config.local_site);
}

uint64_t frrd_hook_set_longest_ms(const struct frrd_hook_set *set, enum frrd_hook_event event,
				  const char *site)
{
	const struct frrd_hook *hook;
	uint64_t sum = 0;

	frr_each (frrd_hook_list_const, &set->list, hook)
		if (runs_at(hook, event, site))
			sum += frrd_hook_longest_ms(&hook->rule);
	return sum;
}

bool frrd_hook_any_here(void)
{
	const struct frrd_hook *hook;
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		frr_each (frrd_hook_list_const, &grp->hooks.list, hook)
			if (frrd_hook_runs_here(hook, hook->event))
				return true;
	return false;
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

/* A line of the journal for hooks that do not come to their end. */
static void report_ended_early(const struct frrd_hook_run *run, const struct frrd_ipc_done *result)
{
	const struct step *step = &run->steps[run->hooks.at];
	const struct frrd_ipc_done no_word = {
		.ran_ms = run->id ? frrd_now_ms() - run->started_ms : 0,
		.output = "",
	};

	frrd_hook_report_ended_early(run->grp, run->hooks.event, step->sequence, step->command,
				     run->hooks.repeats, result ? result : &no_word,
				     run->ended_early);
}

static void go_on(struct frrd_hook_run *run, enum frrd_hook_next next);

static bool any_being_ended(const struct frrd_grp *grp)
{
	const struct frrd_hook_run *run;

	frr_each (runs_const, runs, run)
		if (run->grp == grp && run->ended_early)
			return true;
	return false;
}

/* Programs of two steps never run side by side: the present one's may begin now. */
static void gone(struct frrd_hook_run *run, const struct frrd_ipc_done *result)
{
	struct frrd_grp *grp = run->grp;
	struct frrd_hook_run *step = grp->hooks.step;

	report_ended_early(run, result);
	run_free(run);
	if (!step || !step->waits || any_being_ended(grp))
		return;
	step->waits = false;
	go_on(step, FRRD_HOOK_RUN);
}

static void not_gone(struct event *event)
{
	struct frrd_hook_run *run = EVENT_ARG(event);

	flog_err(EC_FRRD_HOOK, "group %s: hook %s %u has not ended %d ms after it was told to; going on",
		 run->grp->name, frrd_hook_event_name(run->hooks.event),
		 run->steps[run->hooks.at].sequence, GONE_MS);
	gone(run, NULL);
}

static void ended(void *arg, const struct frrd_ipc_done *result)
{
	struct frrd_hook_run *run = arg;
	bool well = result->end == FRRD_IPC_EXITED && result->code == 0;
	const struct step *step = &run->steps[run->hooks.at];
	uint8_t repeats = run->hooks.repeats;
	enum frrd_hook_next next;

	run->id = 0;
	if (run->ended_early) {
		gone(run, result);
		return;
	}
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

	run->started_ms = frrd_now_ms();
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

static void begin_later(struct event *event)
{
	go_on(EVENT_ARG(event), FRRD_HOOK_RUN);
}

/* Begin with copies of what the hooks are now; NULL: there are none. */
static struct frrd_hook_run *begin(struct frrd_grp *grp, enum frrd_hook_event event,
				   const char *from, const char *to, enum frrd_reason reason,
				   frrd_hook_done done)
{
	size_t count = runner ? count_here(grp, event) : 0, n = 0;
	enum frrd_hook_next next;
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
	run->waits = done && any_being_ended(grp);
	runs_add_tail(runs, run);
	next = frrd_hooks_begin(&run->hooks, event, run->rules, count);
	/* A report comes after what it reports: the decision's actions are carried out first. */
	if (!done)
		event_add_event(frrd_loop, begin_later, run, 0, &run->t_wait);
	else if (!run->waits)
		go_on(run, next);
	return run;
}

bool frrd_hook_run(struct frrd_grp *grp, enum frrd_hook_event event, const char *from,
		   const char *to, enum frrd_reason reason, frrd_hook_done done)
{
	frrd_hook_cancel(grp, "the group has moved on");
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

void frrd_hook_cancel(struct frrd_grp *grp, const char *why)
{
	struct frrd_hook_run *run = grp->hooks.step;

	if (!run)
		return;
	grp->hooks.step = NULL;
	EVENT_OFF(run->t_wait);
	run->done = NULL;
	run->ended_early = why;
	if (!run->id) {
		report_ended_early(run, NULL);
		run_free(run);
		return;
	}
	runner->kill(run->id);
	event_add_timer_msec(frrd_loop, not_gone, run, GONE_MS, &run->t_wait);
}

/* End it without waiting for its end. */
static void drop(struct frrd_hook_run *run, const char *why)
{
	if (!run->ended_early)
		run->ended_early = why;
	report_ended_early(run, NULL);
	run_free(run);
}

void frrd_hook_drop(struct frrd_grp *grp)
{
	struct frrd_hook_run *run;

	frr_each_safe (runs, runs, run)
		if (run->grp == grp)
			drop(run, "the group is removed");
	frrd_hook_set_clear(&grp->hooks);
	frrd_hook_list_fini(&grp->hooks.list);
}

void frrd_hook_stop(void)
{
	struct frrd_hook_run *run;

	while ((run = runs_first(runs)))
		drop(run, "frrd ends");
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
	/* From here; to whom is not known. */
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
