// SPDX-License-Identifier: GPL-2.0-or-later
/* What outlives the process; see frrd_statefile.h. */

#include <zebra.h>

#include "libfrr.h"
#include "log.h"
#include "memory.h"

#include "frrd/core/group_fsm.h"
#include "frrd/frrd_disk.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_files.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_statefile.h"
#include "frrd/frrd_statefile_io.h"
#include "frrd/frrd_time.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_STATEFILE, "State file job");

#define RETRY_MS 5000
#define END_MS 1000
/*
 * A group that the file knows and the configuration does not: the configuration
 * may come later (vtysh -b), or be on its way back.  Not for ever, though.
 */
#define ORPHAN_DAYS 30

struct write_job {
	struct frrd_worker_job job; /* first */
	struct frrd_kept_groups groups;
	const char *path;
	const char *step; /* that failed, in words */
};

static struct frrd_kept_groups loaded; /* what the file said at the start */
static struct write_job *writing;
static bool wanted; /* something is to be written */
static bool urgent; /* without the pause */
static int64_t written_us; /* when the last job was handed over */
static struct event *t_write;
static char load_problem[MAXPATHLEN + 256];
static char write_problem[256];

static void schedule(void);

static int64_t wall_ms(void)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return now.tv_sec * INT64_C(1000) + now.tv_usec / 1000;
}

/* --- what is kept --- */

static void keep_group(const struct frrd_grp *grp, struct frrd_kept_group *ret_kept)
{
	int64_t offset_ms = wall_ms() - frrd_now_ms();
	struct frrd_kept kept;

	frrd_group_keep(&grp->fsm, &kept);
	strlcpy(ret_kept->name, grp->name, sizeof(ret_kept->name));
	ret_kept->owned = kept.owned && frrd_steps_resumable(&grp->seq, &grp->fsm);
	ret_kept->unfinished = ret_kept->owned && grp->seq.post_due;
	ret_kept->held = kept.held;
	ret_kept->barred = kept.barred;
	if (kept.held)
		strlcpy(ret_kept->note, grp->note, sizeof(ret_kept->note));
	ret_kept->seen_s = wall_ms() / 1000;
	ret_kept->move_count = kept.moves.count;
	for (uint8_t i = 0; i < kept.moves.count; i++)
		ret_kept->moves_ms[i] = kept.moves.at_ms[i] + offset_ms;
	frrd_kept_group_entries(ret_kept, grp->history.count);
	for (uint32_t i = 0; i < grp->history.count; i++)
		ret_kept->entries[i] = *frrd_history_get(&grp->history, i);
}

static struct frrd_kept_group *find_unclaimed(const char *name)
{
	for (size_t i = 0; i < loaded.count; i++)
		if (!loaded.list[i].claimed && strmatch(loaded.list[i].name, name))
			return &loaded.list[i];
	return NULL;
}

/* A group that was not configured yet goes back into the file as it was. */
static void keep_unclaimed(const struct frrd_kept_group *group, struct frrd_kept_group *ret_kept)
{
	*ret_kept = *group;
	frrd_kept_group_entries(ret_kept, group->entry_count);
	if (group->entry_count)
		memcpy(ret_kept->entries, group->entries,
		       group->entry_count * sizeof(*group->entries));
}

static bool is_forgotten(const struct frrd_kept_group *group)
{
	return group->claimed || wall_ms() / 1000 - group->seen_s > ORPHAN_DAYS * 86400;
}

static void take_snapshot(struct frrd_kept_groups *ret_groups)
{
	struct frrd_grp *grp;
	size_t n = 0;

	frrd_kept_groups_init(ret_groups, frrd_groups_count(&frrd_config.groups) + loaded.count);
	frrd_attach_keep(&ret_groups->attaches);
	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (!grp->removed && !find_unclaimed(grp->name))
			keep_group(grp, &ret_groups->list[n++]);
	for (size_t i = 0; i < loaded.count; i++)
		if (!is_forgotten(&loaded.list[i]))
			keep_unclaimed(&loaded.list[i], &ret_groups->list[n++]);
	ret_groups->count = n;
}

/* --- writing --- */

static int work(struct frrd_worker_job *job)
{
	struct write_job *write = (struct write_job *)job;

	return frrd_statefile_write(write->path, &write->groups, &write->step);
}

static void report(const struct write_job *job)
{
	char problem[sizeof(write_problem)] = "";

	if (job->job.error)
		snprintf(problem, sizeof(problem), "%s: %s", job->step,
			 safe_strerror(job->job.error));
	if (strmatch(problem, write_problem))
		return; /* that was said already */
	strlcpy(write_problem, problem, sizeof(write_problem));
	if (problem[0])
		flog_err(EC_FRRD_STATE_FILE,
			 "state file %s: %s; holds and damping would not survive a restart",
			 job->path, problem);
	else
		zlog_notice("state file %s: written again", job->path);
}

static void done(struct frrd_worker_job *job)
{
	report(writing);
	if (job->error)
		wanted = true;
	frrd_kept_groups_free(&writing->groups);
	XFREE(MTYPE_FRRD_STATEFILE, writing);
	schedule();
}

static void start_writing(void)
{
	EVENT_OFF(t_write);
	wanted = urgent = false;
	written_us = frrd_now_us();
	writing = XCALLOC(MTYPE_FRRD_STATEFILE, sizeof(*writing));
	writing->job.work = work;
	writing->job.done = done;
	writing->path = frrd_files_state();
	take_snapshot(&writing->groups);
	frrd_disk_submit(&writing->job);
}

static void write_event(struct event *event)
{
	start_writing();
}

/* One job at a time: what changes meanwhile goes with the next. */
static void schedule(void)
{
	int64_t pause_ms = write_problem[0] ? RETRY_MS : FRRD_STATEFILE_PAUSE_MS;
	int64_t wait_ms = written_us / 1000 + pause_ms - frrd_now_ms();

	if (!wanted || writing)
		return;
	if (!written_us || (urgent && !write_problem[0]))
		wait_ms = 0;
	EVENT_OFF(t_write);
	if (wait_ms > 0)
		event_add_timer_msec(frrd_loop, write_event, NULL, wait_ms, &t_write);
	else
		event_add_event(frrd_loop, write_event, NULL, 0, &t_write);
}

void frrd_statefile_dirty(void)
{
	if (wanted && t_write)
		return;
	wanted = true;
	schedule();
}

void frrd_statefile_dirty_now(void)
{
	wanted = urgent = true;
	schedule();
}

void frrd_statefile_fini(void)
{
	EVENT_OFF(t_write);
	frrd_disk_flush(END_MS);
	if (!writing) {
		start_writing();
		frrd_disk_flush(END_MS);
	}
	EVENT_OFF(t_write);
	wanted = false;
	frrd_kept_groups_free(&loaded);
}

/* --- reading --- */

/* Out of the way, but not away: somebody may want to look at it. */
static void set_aside(const char *path, const char *why)
{
	char aside[MAXPATHLEN + 64], stamp[32];
	time_t now = time(NULL);
	struct tm tm;

	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &tm));
	snprintf(aside, sizeof(aside), "%s.corrupt-%s", path, stamp);
	for (int i = 1; access(aside, F_OK) == 0 && i < 1000; i++)
		snprintf(aside, sizeof(aside), "%s.corrupt-%s.%d", path, stamp, i);
	if (rename(path, aside) < 0)
		snprintf(load_problem, sizeof(load_problem),
			   "%s; it cannot be set aside: %s; started without", why,
			   safe_strerror(errno));
	else
		snprintf(load_problem, sizeof(load_problem),
			   "%s; set aside as %s; started without", why, aside);
}

/* Only now does the log go where the configuration wants it. */
static int report_load(struct event_loop *loop)
{
	if (load_problem[0])
		flog_err(EC_FRRD_STATE_FILE, "state file %s: %s", frrd_files_state(),
			 load_problem);
	if (frrd_files_volatile())
		flog_warn(EC_FRRD_STATE_FILE,
			  "the state file is %s: a hold does not survive a reboot", frrd_files_state());
	return 0;
}

void frrd_statefile_load(void)
{
	const char *path = frrd_files_state();
	char why[256];

	hook_register(frr_config_post, report_load);
	switch (frrd_statefile_read(path, &loaded, why, sizeof(why))) {
	case FRRD_STATEFILE_GOOD:
		frrd_attach_restore(&loaded.attaches);
		return;
	case FRRD_STATEFILE_NONE:
		return;
	case FRRD_STATEFILE_DAMAGED:
		set_aside(path, why);
		return;
	}
}

bool frrd_statefile_find(const char *name, struct frrd_kept *ret_kept, bool *ret_unfinished,
			 char *note, size_t size)
{
	struct frrd_kept_group *group = find_unclaimed(name);
	int64_t now_ms = wall_ms(), offset_ms = now_ms - frrd_now_ms();

	if (!group)
		return false;
	memset(ret_kept, 0, sizeof(*ret_kept));
	ret_kept->owned = group->owned;
	ret_kept->held = group->held;
	ret_kept->barred = group->barred;
	for (uint8_t i = 0; i < group->move_count; i++)
		if (group->moves_ms[i] <= now_ms) /* else the clock was set back */
			ret_kept->moves.at_ms[ret_kept->moves.count++] =
				group->moves_ms[i] - offset_ms;
	strlcpy(note, group->note, size);
	*ret_unfinished = group->unfinished;
	group->claimed = true;
	return true;
}

void frrd_statefile_restore_history(struct frrd_grp *grp)
{
	if (grp->history.count)
		return;
	for (size_t i = 0; i < loaded.count; i++) {
		struct frrd_kept_group *group = &loaded.list[i];

		if (!strmatch(group->name, grp->name))
			continue;
		for (uint32_t j = 0; j < group->entry_count; j++)
			frrd_history_restore(&grp->history, &group->entries[j]);
		group->entry_count = 0; /* once */
		return;
	}
}

const char *frrd_statefile_problem(void)
{
	return write_problem[0] ? write_problem : load_problem;
}
