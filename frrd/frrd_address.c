// SPDX-License-Identifier: GPL-2.0-or-later
/* Address change: when dns-update and notify run; see frrd_address.h. */

#include <zebra.h>

#include "json.h"
#include "log.h"
#include "memory.h"

#include "frrd_compat.h"
#include "frrd/frrd_address.h"
#include "frrd/frrd_address_env.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_files.h"
#include "frrd/frrd_ioproc.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_notify.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_time.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_ADDRESS, "Address change");
DEFINE_MTYPE_STATIC(FRRD, FRRD_ADDRESS_TEXT, "Address change configuration");

/* Of all groups together: the places of frrd-io are for hooks first. */
#define RUNNING_MAX 8

/* dns-update: its own limit, 1 s more for each so many records, and what it may be late. */
#define DNS_SECONDS	 10
#define RECORDS_A_SECOND 10
#define LATE_MS		 5000
#define DNS_RETRY_MS	 1000u
#define DNS_RETRY_MAX_MS 60000u

#define NOTIFY_SECONDS	10
#define NOTIFY_RETRIES	3
#define NOTIFY_RETRY_MS 5000u

/*
 * An update that an old owner has sent may be carried out after this one, when the
 * server was not there for a while.  So the records are looked at again.
 */
static const uint32_t looks_ms[] = { 5000, 60000, 600000 };

PREDECL_DLIST(queue);

/* A program: dns-update, or notify for one target. */
struct frrd_address_job {
	struct queue_item item; /* while it waits for a place */
	struct frrd_address *address;
	char *target; /* NULL: dns-update */
	enum frrd_address_state state;
	bool queued;
	bool owed;   /* it was ended before its target was told */
	uint32_t id; /* of the program that runs; 0: none does */
	struct event *t_next;
	int64_t next_ms;
	int64_t done_ms, failing_ms;
	uint32_t failures;
	uint32_t looks; /* good ends since there was something new to do */
	char problem[256];
};
DECLARE_DLIST(queue, struct frrd_address_job, item);

struct frrd_address {
	struct frrd_grp *grp;
	struct frrd_address_conf conf;
	struct frrd_address_job dns;
	struct frrd_address_job **jobs; /* of the targets, in their order */
	bool active; /* this site is the undisputed owner, and its routes stand */
	bool told;   /* the targets of this takeover */
	char *spec;  /* what the records are to become; NULL: nothing to do */
};

static struct queue_head waiting[1] = { INIT_DLIST(waiting[0]) };
static struct event *t_waiting; /* those that wait are looked at soon */
static unsigned int running;

static void start(struct frrd_address_job *job);

void frrd_address_program(const char *name, char *buf, size_t size)
{
	snprintf(buf, size, "%s/%s", frrd_files_hooks(), name);
}

static const char *program_of(const struct frrd_address_job *job)
{
	return job->target ? "notify" : "dns-update";
}

/* --- what is told about it --------------------------------------------------------- */

/* In the journal, and to those who subscribe to notifications. */
static void record(const struct frrd_address_job *job, const char *outcome,
		    const struct frrd_address_outcome *o, uint32_t ran_ms)
{
	struct json_object *json = json_object_new_object();
	char target[256] = "";

	if (job->target) {
		frrd_address_public(job->target, target, sizeof(target));
		json_object_string_add(json, "target", target);
	}
	json_object_string_add(json, "outcome", outcome);
	json_object_int_add(json, "failures", job->failures);
	json_object_int_add(json, "ranMs", ran_ms);
	if (o->problem[0])
		json_object_string_add(json, "problem", o->problem);
	json_object_string_add(json, "output", o->output);
	frrd_journal_add(job->target ? "notify" : "dns", job->address->grp, json);
	frrd_notify_address(job->address->grp, target, outcome, o->problem);
}

static void report_failure(const struct frrd_address_job *job,
			   const struct frrd_address_outcome *o, uint32_t ran_ms, bool again)
{
	const char *group = job->address->grp->name;
	char target[256];

	record(job, "failed", o, ran_ms);
	if (!job->target) {
		flog_warn(EC_FRRD_ADDRESS, "group %s: the DNS is not updated: %s; tried again until it is",
			  group, o->problem);
		return;
	}
	frrd_address_public(job->target, target, sizeof(target));
	flog_warn(EC_FRRD_ADDRESS, "group %s: %s is not told about the change of addresses: %s; %s",
		  group, target, o->problem, again ? "tried again" : "given up");
}

static void report_success(const struct frrd_address_job *job,
			   const struct frrd_address_outcome *o, uint32_t ran_ms)
{
	const char *group = job->address->grp->name;
	char target[256];

	if (job->target) {
		frrd_address_public(job->target, target, sizeof(target));
		record(job, "told", o, ran_ms);
		zlog_notice("group %s: %s is told about the change of addresses", group, target);
		return;
	}
	record(job, o->changed ? "updated" : "unchanged", o, ran_ms);
	zlog_notice("group %s: the DNS is %s", group, o->changed ? "updated" : "as it should be");
}

/* --- running ------------------------------------------------------------------------ */

static void start_next(void)
{
	struct frrd_address_job *job;

	while (running < RUNNING_MAX && (job = queue_pop(waiting))) {
		job->queued = false;
		start(job);
	}
}

static void start_waiting(struct event *event)
{
	start_next();
}

/*
 * Those that begin together begin in this order: timers of the same moment have none.
 * Not at once: it may be in the middle of a step of the state machine.
 */
static void start_soon(struct frrd_address_job *job)
{
	job->queued = true;
	queue_add_tail(waiting, job);
	if (!t_waiting)
		event_add_timer_msec(frrd_loop, start_waiting, NULL, 0, &t_waiting);
}

static void due(struct event *event)
{
	struct frrd_address_job *job = EVENT_ARG(event);

	job->next_ms = 0;
	start_soon(job);
}

static void start_in(struct frrd_address_job *job, uint32_t ms)
{
	job->next_ms = frrd_now_ms() + ms;
	EVENT_OFF(job->t_next);
	event_add_timer_msec(frrd_loop, due, job, ms, &job->t_next);
}

/* It does not begin by itself any more. */
static void unplan(struct frrd_address_job *job)
{
	EVENT_OFF(job->t_next);
	job->next_ms = 0;
	if (job->queued)
		queue_del(waiting, job);
	job->queued = false;
	if (!queue_count(waiting))
		EVENT_OFF(t_waiting);
}

/* End what runs, and what waits. The place is the next one's. */
static void stop(struct frrd_address_job *job)
{
	unplan(job);
	if (!job->id)
		return;
	frrd_ioproc_run_cancel(job->id);
	job->id = 0;
	running--;
	start_next();
}

static uint32_t dns_pause(uint32_t failures)
{
	return failures > 6 ? DNS_RETRY_MAX_MS
			    : MIN(DNS_RETRY_MS << (failures - 1), DNS_RETRY_MAX_MS);
}

static void failed(struct frrd_address_job *job, const struct frrd_address_outcome *o,
		   uint32_t ran_ms)
{
	bool again = !job->target || job->failures < NOTIFY_RETRIES;
	bool news = job->state != FRRD_ADDRESS_FAILING || strcmp(job->problem, o->problem);

	if (!job->failures++)
		job->failing_ms = frrd_now_ms();
	job->state = again ? FRRD_ADDRESS_FAILING : FRRD_ADDRESS_FAILED;
	strlcpy(job->problem, o->problem, sizeof(job->problem));
	if (news || !again)
		report_failure(job, o, ran_ms, again);
	if (again)
		start_in(job, job->target ? NOTIFY_RETRY_MS << (job->failures - 1)
					  : dns_pause(job->failures));
}

static void succeeded(struct frrd_address_job *job, const struct frrd_address_outcome *o,
		      uint32_t ran_ms)
{
	/* A look at what was right before and is right now is no news. */
	if (job->state != FRRD_ADDRESS_DONE || o->changed) {
		report_success(job, o, ran_ms);
		job->done_ms = frrd_now_ms();
	}
	job->state = FRRD_ADDRESS_DONE;
	job->failures = 0;
	job->failing_ms = 0;
	job->problem[0] = '\0';
	if (job->target)
		return;
	start_in(job, looks_ms[MIN(job->looks, array_size(looks_ms) - 1)]);
	job->looks++;
}

static void ended(void *arg, const struct frrd_ipc_done *result)
{
	struct frrd_address_job *job = arg;
	struct frrd_address_outcome outcome;

	job->id = 0;
	running--;
	frrd_address_understand(result, program_of(job), &outcome);
	if (outcome.well)
		succeeded(job, &outcome, result->ran_ms);
	else
		failed(job, &outcome, result->ran_ms);
	start_next();
}

/* The checks of the configuration let nothing through that is too long. */
static void not_run(struct frrd_address_job *job)
{
	const struct frrd_address_outcome outcome = { .problem = "what it has to be told is too long" };

	failed(job, &outcome, 0);
}

static void start(struct frrd_address_job *job)
{
	struct frrd_address *address = job->address;
	unsigned long seconds = job->target ? NOTIFY_SECONDS
					    : DNS_SECONDS + address->conf.record_count /
								    RECORDS_A_SECOND;
	struct frrd_address_env *env = frrd_address_env_make(address->grp, &address->conf,
							     job->target);
	char program[PATH_MAX], command[PATH_MAX + 32];

	frrd_address_program(program_of(job), program, sizeof(program));
	snprintf(command, sizeof(command), "%s --timeout %lu", program, seconds);
	if (frrd_ioproc_run(command, frrd_address_env_list(env), frrd_address_env_count(env),
			    seconds * 1000 + LATE_MS, ended, job, &job->id))
		running++;
	else
		not_run(job);
	frrd_address_env_free(env);
}

/* --- when ----------------------------------------------------------------------------- */

/*
 * Only an owner that nobody disputes: with quorum, without a grant to somebody else, and
 * not before its routes stand.
 */
static bool may_run(const struct frrd_grp *grp)
{
	const struct frrd_group *fsm = &grp->fsm;

	if (grp->removed ||
	    (fsm->state != FRRD_STATE_ACTIVATING && fsm->state != FRRD_STATE_ACTIVE) ||
	    (grp->seq.step != FRRD_STEP_POST_ANNOUNCE && grp->seq.step != FRRD_STEP_OWNER))
		return false;
	if (grp->policy.arbiter != FRRD_ARBITER_BGP)
		return true;
	return !fsm->conflict && (fsm->quorum_since_ms != FRRD_NEVER || fsm->fence_waived);
}

/* What the records are to become is not known to be so. */
static void begin_dns(struct frrd_address *address)
{
	struct frrd_address_job *job = &address->dns;

	stop(job);
	job->failures = job->looks = 0;
	job->failing_ms = 0;
	job->problem[0] = '\0';
	job->state = address->spec ? FRRD_ADDRESS_PENDING : FRRD_ADDRESS_IDLE;
	if (address->spec)
		start_soon(job);
}

static void refresh(struct frrd_address *address)
{
	char *spec = frrd_address_spec(address->grp, &address->conf);
	bool same = spec && address->spec ? strmatch(spec, address->spec) : spec == address->spec;

	if (same) {
		XFREE(MTYPE_TMP, spec);
		return;
	}
	XFREE(MTYPE_TMP, address->spec);
	address->spec = spec;
	begin_dns(address);
}

static void begin_target(struct frrd_address_job *job)
{
	job->owed = false;
	job->state = FRRD_ADDRESS_PENDING;
	job->failures = 0;
	job->failing_ms = job->done_ms = 0;
	job->problem[0] = '\0';
	start_soon(job);
}

/* Those who are told of this takeover; once it is under way, those who were not told yet. */
static void begin_notify(struct frrd_address *address, bool only_owed)
{
	for (size_t i = 0; i < address->conf.target_count; i++)
		if (!only_owed || address->jobs[i]->owed)
			begin_target(address->jobs[i]);
}

/* This site is not the owner any more: the new one tells them. */
static void forget_takeover(struct frrd_address *address)
{
	address->told = false;
	for (size_t i = 0; i < address->conf.target_count; i++)
		address->jobs[i]->owed = false;
}

static void begin(struct frrd_address *address)
{
	address->active = true;
	refresh(address);
	if (address->told) {
		begin_notify(address, true);
		return;
	}
	address->told = true;
	/* Who goes on after a restart has not taken over. */
	if (address->grp->seq.reason != FRRD_REASON_RESUMED &&
	    frrd_map_pairs(address->grp, frrd_member_local(address->grp), NULL, 0))
		begin_notify(address, false);
}

static void end(struct frrd_address *address)
{
	address->active = false;
	if (address->dns.id)
		zlog_notice("group %s: dns-update ended early: this site is not the undisputed owner any more",
			    address->grp->name);
	XFREE(MTYPE_TMP, address->spec);
	/* First, so that none of them gets the place of one that is ended. */
	for (size_t i = 0; i < address->conf.target_count; i++)
		unplan(address->jobs[i]);
	stop(&address->dns);
	address->dns.state = FRRD_ADDRESS_IDLE;
	for (size_t i = 0; i < address->conf.target_count; i++) {
		struct frrd_address_job *job = address->jobs[i];

		stop(job);
		if (job->state == FRRD_ADDRESS_PENDING || job->state == FRRD_ADDRESS_FAILING) {
			job->state = FRRD_ADDRESS_IDLE;
			job->owed = true;
		}
	}
}

void frrd_address_follow(struct frrd_grp *grp)
{
	struct frrd_address *address = grp->address;
	bool now;

	if (!address)
		return;
	now = may_run(grp) && frrd_member_local(grp);
	if (now && !address->active)
		begin(address);
	else if (!now && address->active)
		end(address);
	if (!frrd_grp_owned(grp))
		forget_takeover(address);
}

void frrd_address_apply(struct frrd_grp *grp)
{
	frrd_address_follow(grp);
	if (grp->address && grp->address->active)
		refresh(grp->address);
}

/* --- the configuration ------------------------------------------------------------------ */

static struct frrd_address_job *job_new(struct frrd_address *address, const char *target)
{
	struct frrd_address_job *job = XCALLOC(MTYPE_FRRD_ADDRESS, sizeof(*job));

	job->address = address;
	job->target = XSTRDUP(MTYPE_FRRD_ADDRESS_TEXT, target);
	return job;
}

static void job_free(struct frrd_address_job *job)
{
	stop(job);
	XFREE(MTYPE_FRRD_ADDRESS_TEXT, job->target);
	XFREE(MTYPE_FRRD_ADDRESS, job);
}

/* The job of a target is taken out of its place; NULL: there is none. */
static struct frrd_address_job *job_take(struct frrd_address *address, const char *target)
{
	for (size_t i = 0; i < address->conf.target_count; i++) {
		struct frrd_address_job *job = address->jobs[i];

		if (job && strmatch(job->target, target)) {
			address->jobs[i] = NULL;
			return job;
		}
	}
	return NULL;
}

static void drop_jobs(struct frrd_address *address)
{
	for (size_t i = 0; i < address->conf.target_count; i++)
		if (address->jobs[i])
			job_free(address->jobs[i]);
	XFREE(MTYPE_FRRD_ADDRESS, address->jobs);
	address->conf.target_count = 0;
}

/* What a target that stays was told, or is being told, stays as well. */
static void set_targets(struct frrd_address *address, const struct frrd_address_conf *conf)
{
	struct frrd_address_job **jobs = NULL;

	if (conf->target_count)
		jobs = XCALLOC(MTYPE_FRRD_ADDRESS, conf->target_count * sizeof(*jobs));
	for (size_t i = 0; i < conf->target_count; i++) {
		jobs[i] = job_take(address, conf->targets[i]);
		if (!jobs[i])
			jobs[i] = job_new(address, conf->targets[i]);
	}
	drop_jobs(address);
	address->jobs = jobs;
	address->conf.target_count = conf->target_count;
}

static void drop_text(const char **text)
{
	char *old = (char *)*text;

	XFREE(MTYPE_FRRD_ADDRESS_TEXT, old);
}

static void set_text(const char **text, const char *value)
{
	drop_text(text);
	*text = XSTRDUP(MTYPE_FRRD_ADDRESS_TEXT, value);
}

void frrd_address_configure(struct frrd_grp *grp, const struct frrd_address_conf *conf)
{
	struct frrd_address *address = grp->address;

	if (!conf->record_count && !conf->target_count) {
		frrd_address_drop(grp);
		return;
	}
	if (!address) {
		address = grp->address = XCALLOC(MTYPE_FRRD_ADDRESS, sizeof(*address));
		address->grp = grp;
		address->dns.address = address;
		/* Whoever owns it already did not take it over with this configuration. */
		address->told = frrd_grp_owned(grp);
	}
	set_targets(address, conf);
	set_text(&address->conf.server, conf->server);
	set_text(&address->conf.zone, conf->zone);
	set_text(&address->conf.key_file, conf->key_file);
	set_text(&address->conf.records, conf->records);
	address->conf.port = conf->port;
	address->conf.record_count = conf->record_count;
}

void frrd_address_drop(struct frrd_grp *grp)
{
	struct frrd_address *address = grp->address;

	if (!address)
		return;
	stop(&address->dns);
	drop_jobs(address);
	drop_text(&address->conf.server);
	drop_text(&address->conf.zone);
	drop_text(&address->conf.key_file);
	drop_text(&address->conf.records);
	XFREE(MTYPE_TMP, address->spec);
	XFREE(MTYPE_FRRD_ADDRESS, grp->address);
}

/* --- for shows ---------------------------------------------------------------------------- */

bool frrd_address_has_dns(const struct frrd_grp *grp)
{
	return grp->address && grp->address->conf.record_count;
}

size_t frrd_address_targets(const struct frrd_grp *grp)
{
	return grp->address ? grp->address->conf.target_count : 0;
}

const char *frrd_address_key_file(const struct frrd_grp *grp)
{
	return grp->address ? grp->address->conf.key_file : "";
}

static void status_of(const struct frrd_address_job *job, struct frrd_address_status *ret_status)
{
	*ret_status = (struct frrd_address_status){
		.state = job->state,
		.done_ms = job->done_ms,
		.failing_ms = job->failing_ms,
		.next_ms = job->next_ms,
		.failures = job->failures,
		.problem = job->problem,
	};
	if (job->target)
		frrd_address_public(job->target, ret_status->target, sizeof(ret_status->target));
}

void frrd_address_dns(const struct frrd_grp *grp, struct frrd_address_status *ret_status)
{
	status_of(&grp->address->dns, ret_status);
}

void frrd_address_target(const struct frrd_grp *grp, size_t number,
			 struct frrd_address_status *ret_status)
{
	status_of(grp->address->jobs[number], ret_status);
}

const char *frrd_address_state_name(const struct frrd_address_status *status)
{
	switch (status->state) {
	case FRRD_ADDRESS_IDLE:
		return "idle";
	case FRRD_ADDRESS_PENDING:
		return "pending";
	case FRRD_ADDRESS_DONE:
		return status->target[0] ? "told" : "updated";
	case FRRD_ADDRESS_FAILING:
		return "failing";
	case FRRD_ADDRESS_FAILED:
		return "failed";
	}
	return "?";
}
