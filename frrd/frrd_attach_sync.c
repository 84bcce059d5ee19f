// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attachments towards the kernel: compare what is wanted with what is there, and do
 * the next thing.  One job at a time for an interface; whatever happens meanwhile
 * makes frrd look again.
 */

#include <zebra.h>

#include "memory.h"

#include "frrd/frrd_attach_internal.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_time.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_KERNEL_JOB, "Kernel job");

#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 30000
/* Who takes an address away again and again does not keep frrd busy. */
#define AGAIN_MS 1000

static void job_done(struct frrd_worker_job *job);

static void retry(struct event *event)
{
	struct frrd_attachment *att = EVENT_ARG(event);

	for (size_t i = 0; i < att->count; i++)
		att->addresses[i].checked = att->addresses[i].duplicate = false;
	att->stale = true;
	frrd_att_evaluate(att);
}

static void retry_later(struct frrd_attachment *att)
{
	if (att->t_retry)
		return;
	att->retry_ms = MIN(MAX(att->retry_ms * 2, RETRY_MIN_MS), RETRY_MAX_MS);
	event_add_timer_msec(frrd_loop, retry, att, att->retry_ms, &att->t_retry);
}

/* --- jobs --- */

static struct frrd_kernel_job *new_job(struct frrd_attachment *att)
{
	struct frrd_kernel_job *job;

	job = XCALLOC(MTYPE_FRRD_KERNEL_JOB,
		      sizeof(*job) + att->count * sizeof(job->addresses[0]));
	job->job.done = job_done;
	job->arg = att;
	strlcpy(job->ifname, att->ifname, sizeof(job->ifname));
	job->count = att->count;
	for (size_t i = 0; i < att->count; i++) {
		job->addresses[i].p = att->addresses[i].p;
		/* with a kernel that knows it better, its word counts */
		job->addresses[i].known = att->addresses[i].known && !att->addresses[i].marked;
	}
	return job;
}

static void submit(struct frrd_attachment *att, struct frrd_kernel_job *job)
{
	att->job = job;
	att->stale = false;
	frrd_kernel_submit(job);
}

static void look(struct frrd_attachment *att)
{
	submit(att, new_job(att));
}

/* The interface has another name now, or another one has its name. */
static void remove_from_other(struct frrd_attachment *att)
{
	struct frrd_kernel_job *job = new_job(att);

	job->ifname[0] = '\0';
	job->ifindex = att->placed;
	for (size_t i = 0; i < job->count; i++)
		job->addresses[i].what = FRRD_KERNEL_REMOVE;
	if (att->raised)
		job->link = FRRD_KERNEL_DOWN;
	submit(att, job);
}

/* --- attach --- */

static bool is_missing(const struct frrd_att_address *address)
{
	return address->configured && !address->present;
}

static bool is_leftover(const struct frrd_att_address *address)
{
	return !address->configured && address->present && address->ours;
}

static bool must_check(const struct frrd_attachment *att, const struct frrd_att_address *address)
{
	return att->duplicate_check && att->ethernet && address->p.family == AF_INET &&
	       is_missing(address) && !address->checked;
}

/* What the last job or check has left: true when it is in the way. */
static bool look_for_trouble(struct frrd_attachment *att)
{
	for (size_t i = 0; i < att->count; i++) {
		struct frrd_att_address *address = &att->addresses[i];
		char problem[160];

		if (!address->configured || (!address->duplicate && !address->error))
			continue;
		if (address->error)
			snprintfrr(problem, sizeof(problem), "%pFX cannot be added: %s",
				   &address->p, safe_strerror(address->error));
		else
			snprintfrr(problem, sizeof(problem), "%pFX is used by somebody else%s%s",
				   &address->p, att->conflict[0] ? ": " : "", att->conflict);
		frrd_att_set_state(att, FRRD_ATT_FAILED, problem);
		retry_later(att);
		return true;
	}
	if (!att->link_error)
		return false;
	frrd_att_set_state(att, FRRD_ATT_FAILED, safe_strerror(att->link_error));
	retry_later(att);
	return true;
}

static void record_raised(struct frrd_attachment *att)
{
	if (att->raised)
		return;
	att->raised = true;
	frrd_att_record();
}

/* Returns false when the kernel has all of it. */
static bool change_something(struct frrd_attachment *att)
{
	enum frrd_kernel_do add = att->duplicate_check ? FRRD_KERNEL_ADD_CHECKED : FRRD_KERNEL_ADD;
	bool up = att->carrier && !(att->flags & IFF_UP), any = up;
	struct frrd_kernel_job *job;
	int64_t *last_ms;

	for (size_t i = 0; i < att->count; i++)
		any |= is_missing(&att->addresses[i]) || is_leftover(&att->addresses[i]);
	if (!any)
		return false;
	if (att->t_retry)
		return true;
	last_ms = up ? &att->set_up_ms : &att->added_ms;
	if (*last_ms && frrd_now_ms() - *last_ms < AGAIN_MS) {
		retry_later(att);
		return true;
	}
	*last_ms = frrd_now_ms();
	/* Before it is done: whoever dies in between has to know whose work it was. */
	if (up)
		record_raised(att);
	job = new_job(att);
	job->link = up ? FRRD_KERNEL_UP : FRRD_KERNEL_KEEP;
	for (size_t i = 0; i < att->count; i++)
		if (is_leftover(&att->addresses[i]))
			job->addresses[i].what = FRRD_KERNEL_REMOVE;
		else if (is_missing(&att->addresses[i]) &&
			 (!up || !att->duplicate_check)) /* it is up when they are looked for */
			job->addresses[i].what = add;
	frrd_att_set_state(att, FRRD_ATT_ATTACHING, "");
	submit(att, job);
	return true;
}

static bool any_to_check(const struct frrd_attachment *att)
{
	for (size_t i = 0; i < att->count; i++)
		if (must_check(att, &att->addresses[i]))
			return true;
	return false;
}

static bool any_tentative(const struct frrd_attachment *att)
{
	for (size_t i = 0; i < att->count; i++)
		if (att->addresses[i].configured && att->addresses[i].tentative)
			return true;
	return false;
}

/* IPv6: the kernel has found a duplicate. The address is of no use, and frrd's. */
static bool remove_duplicates(struct frrd_attachment *att)
{
	struct frrd_kernel_job *job;
	bool any = false;

	for (size_t i = 0; i < att->count; i++)
		any |= att->addresses[i].duplicate && att->addresses[i].present &&
		       att->addresses[i].ours;
	if (!any)
		return false;
	job = new_job(att);
	for (size_t i = 0; i < att->count; i++)
		if (att->addresses[i].duplicate)
			job->addresses[i].what = FRRD_KERNEL_REMOVE;
	submit(att, job);
	return true;
}

static void attach(struct frrd_attachment *att)
{
	bool running = att->flags & IFF_RUNNING;

	if (att->check_fd >= 0)
		return;
	if (!att->ifindex) {
		frrd_att_advertise_stop(att);
		frrd_att_set_state(att, FRRD_ATT_FAILED, "there is no such interface");
		return;
	}
	if (remove_duplicates(att) || look_for_trouble(att))
		return;
	if (any_to_check(att) && (att->flags & IFF_UP || !att->carrier)) {
		if (running) {
			frrd_att_set_state(att, FRRD_ATT_CHECKING, "");
			frrd_att_check(att);
		} else {
			frrd_att_set_state(att, FRRD_ATT_FAILED,
					   "it has no carrier, so nobody can be asked for duplicates");
		}
		return;
	}
	if (change_something(att))
		return;
	if (any_tentative(att)) {
		frrd_att_set_state(att, running ? FRRD_ATT_ATTACHING : FRRD_ATT_FAILED,
				   running ? ""
					   : "it has no carrier, so nobody can be asked for duplicates");
		return;
	}
	EVENT_OFF(att->t_retry);
	att->retry_ms = 0;
	if (att->carrier)
		record_raised(att);
	frrd_att_set_state(att, FRRD_ATT_ATTACHED, "");
	frrd_att_advertise(att);
}

/* --- detach --- */

static void is_detached(struct frrd_attachment *att)
{
	size_t n = 0;

	EVENT_OFF(att->t_retry);
	att->retry_ms = 0;
	if (att->raised) {
		att->raised = false;
		frrd_att_record();
	}
	frrd_att_set_state(att, FRRD_ATT_DETACHED, "");
	for (size_t i = 0; i < att->count; i++)
		if (att->addresses[i].configured)
			att->addresses[n++] = att->addresses[i];
	att->count = n;
	if (!att->configured)
		frrd_att_free(att);
}

static bool any_ours(const struct frrd_attachment *att)
{
	for (size_t i = 0; i < att->count; i++)
		if (att->addresses[i].present && att->addresses[i].ours)
			return true;
	return false;
}

static void detach(struct frrd_attachment *att)
{
	bool down = att->raised && (att->flags & IFF_UP) && !frrd_att_shared(att);
	struct frrd_kernel_job *job;

	frrd_att_check_stop(att);
	frrd_att_advertise_stop(att);
	if (!att->ifindex || (!any_ours(att) && !down)) {
		is_detached(att);
		return;
	}
	if (att->t_retry)
		return;
	job = new_job(att);
	job->link = down ? FRRD_KERNEL_DOWN : FRRD_KERNEL_KEEP;
	for (size_t i = 0; i < att->count; i++)
		job->addresses[i].what = FRRD_KERNEL_REMOVE;
	if (att->state != FRRD_ATT_STUCK)
		frrd_att_set_state(att, FRRD_ATT_DETACHING, "");
	submit(att, job);
}

void frrd_att_evaluate(struct frrd_attachment *att)
{
	enum frrd_attach_want want = frrd_att_wanted(att);

	if (att->job || att->abandoned)
		return;
	if (att->stale)
		look(att);
	else if (want == FRRD_ATTACH_LEAVE)
		return;
	else if (att->placed && att->placed != att->ifindex)
		remove_from_other(att);
	else if (want == FRRD_ATTACH_ON)
		attach(att);
	else
		detach(att);
}

/* --- what came of a job --- */

/* The job was about an interface that has not this name any more. */
static void moved_done(struct frrd_attachment *att, const struct frrd_kernel_job *job)
{
	for (size_t i = 0; i < job->count; i++) {
		struct frrd_att_address *address = frrd_att_address(att, &job->addresses[i].p);

		address->known = address->ours = address->present = false;
	}
	att->placed = IFINDEX_INTERNAL;
	att->raised = false;
	frrd_att_record();
}

static void new_interface(struct frrd_attachment *att)
{
	EVENT_OFF(att->t_retry);
	frrd_att_check_stop(att);
	frrd_att_advertise_stop(att);
	att->retry_ms = 0;
	att->added_ms = att->set_up_ms = 0;
	for (size_t i = 0; i < att->count; i++)
		att->addresses[i].checked = att->addresses[i].duplicate = false;
	frrd_att_forget_failure(att->grp);
	frrd_engine_health_changed(att->grp);
}

/* Takes the result of one address over; true: what is kept has changed. */
static bool take_address(struct frrd_att_address *address,
			 const struct frrd_kernel_address *result)
{
	bool before = address->known;

	address->present = result->present;
	address->ours = result->ours;
	address->marked = result->marked;
	address->tentative = result->tentative;
	address->duplicate = result->present ? result->duplicate : address->duplicate;
	address->error = result->what == FRRD_KERNEL_LOOK && result->present ? 0 : result->error;
	address->known = address->present && address->ours;
	return address->known != before;
}

static void take_results(struct frrd_attachment *att, const struct frrd_kernel_job *job)
{
	bool same = !att->placed || att->placed == job->ifindex;
	bool changed = false, any = false;

	if (att->ifindex != job->ifindex)
		new_interface(att);
	att->ifindex = job->ifindex;
	att->flags = job->ifindex ? job->flags : 0;
	att->ethernet = job->ethernet;
	memcpy(att->mac, job->mac, sizeof(att->mac));
	att->link_error = job->link_error;
	if (!same)
		return; /* first they are removed from there */
	for (size_t i = 0; i < job->count; i++) {
		struct frrd_att_address *address = frrd_att_address(att, &job->addresses[i].p);

		changed |= take_address(address, &job->addresses[i]);
		any |= address->known;
	}
	att->placed = any ? job->ifindex : IFINDEX_INTERNAL;
	if (changed)
		frrd_att_record();
}

static void report_stuck(struct frrd_attachment *att, const struct frrd_kernel_job *job)
{
	char problem[160] = "";

	for (size_t i = 0; i < job->count; i++) {
		const struct frrd_kernel_address *address = &job->addresses[i];

		if (address->what != FRRD_KERNEL_REMOVE)
			continue;
		if (address->error || (address->present && address->ours))
			snprintfrr(problem, sizeof(problem), "%pFX cannot be removed: %s",
				   &address->p,
				   address->error ? safe_strerror(address->error)
						  : "it is there again");
	}
	if (!problem[0] && job->link_error)
		snprintf(problem, sizeof(problem), "it cannot be set down: %s",
			 safe_strerror(job->link_error));
	if (!problem[0])
		return;
	frrd_att_set_state(att, FRRD_ATT_STUCK, problem);
	retry_later(att);
}

static void not_asked(struct frrd_attachment *att, int error)
{
	char problem[160];

	snprintf(problem, sizeof(problem), "the kernel cannot be asked: %s", safe_strerror(error));
	frrd_att_set_state(att,
			   frrd_att_wanted(att) == FRRD_ATTACH_ON ? FRRD_ATT_FAILED
								  : FRRD_ATT_STUCK,
			   problem);
	retry_later(att);
}

static void job_done(struct frrd_worker_job *worker_job)
{
	struct frrd_kernel_job *job = (struct frrd_kernel_job *)worker_job;
	struct frrd_attachment *att = job->arg;
	int error = job->job.error;

	att->job = NULL;
	if (att->abandoned) {
		frrd_att_free(att);
	} else if (error) {
		not_asked(att, error);
	} else if (!job->ifname[0]) {
		moved_done(att, job);
		frrd_att_evaluate(att);
	} else {
		take_results(att, job);
		if (frrd_att_wanted(att) == FRRD_ATTACH_OFF)
			report_stuck(att, job);
		frrd_att_evaluate(att);
	}
	XFREE(MTYPE_FRRD_KERNEL_JOB, job);
}
