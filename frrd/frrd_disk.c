// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing to disk without waiting for it; see frrd_disk.h. */

#include <zebra.h>

#include <pthread.h>
#include <sys/eventfd.h>

#include "log.h"

#include "frrd/frrd_disk.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_time.h"

/* Not a plain list: INIT_LIST of FRR 8.4 leaves one that its own pop cannot read. */
DECLARE_DLIST(frrd_disk_jobs, struct frrd_disk_job, item);

#define START_AGAIN_MS 1000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed; /* something was added, or became done */

/* Under the lock. */
static struct frrd_disk_jobs_head todo = INIT_DLIST(todo);
static struct frrd_disk_jobs_head finished = INIT_DLIST(finished);
static struct frrd_disk_job *current;
static int64_t current_since_us;
static bool ending;

/* Of the event loop. */
static bool started;
static pthread_t thread;
static int wake_fd = -1; /* an eventfd: there are finished jobs */
static struct event *t_start;
static struct event *t_finished;

void frrd_disk_init(void)
{
	frrd_disk_jobs_init(&todo);
	frrd_disk_jobs_init(&finished);
}

static void *disk_main(void *arg)
{
	const uint64_t one = 1;
	struct frrd_disk_job *job;

	pthread_mutex_lock(&lock);
	while (true) {
		while (!ending && !frrd_disk_jobs_count(&todo))
			pthread_cond_wait(&changed, &lock);
		if (ending)
			break;
		job = current = frrd_disk_jobs_pop(&todo);
		current_since_us = frrd_now_us();
		pthread_mutex_unlock(&lock);

		job->error = job->work(job);

		pthread_mutex_lock(&lock);
		job->took_us = frrd_now_us() - current_since_us;
		current = NULL;
		frrd_disk_jobs_add_tail(&finished, job);
		pthread_cond_broadcast(&changed);
		/* It can only fail when the counter is full, and then the loop is awake. */
		if (write(wake_fd, &one, sizeof(one)) < 0)
			continue;
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void take_back(void)
{
	struct frrd_disk_job *job;

	while (true) {
		pthread_mutex_lock(&lock);
		job = frrd_disk_jobs_pop(&finished);
		pthread_mutex_unlock(&lock);
		if (!job)
			return;
		job->done(job); /* may hand over the next */
	}
}

static void finished_event(struct event *event)
{
	uint64_t count;

	event_add_read(frrd_loop, finished_event, NULL, wake_fd, &t_finished);
	if (read(wake_fd, &count, sizeof(count)) < 0)
		return;
	take_back();
}

/* Signals are for the event loop: the thread takes none. */
static int create_thread(void)
{
	pthread_condattr_t attr;
	sigset_t all, before;
	int error;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&changed, &attr);
	pthread_condattr_destroy(&attr);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, NULL, disk_main, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

/* From the event loop only, which runs when the process has gone to the background. */
static void start(struct event *event)
{
	int error = 0;

	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake_fd < 0)
		error = errno;
	else
		error = create_thread();
	if (error) {
		flog_err(EC_FRRD_STATE_FILE, "no thread to write files with: %s",
			 safe_strerror(error));
		if (wake_fd >= 0)
			close(wake_fd);
		event_add_timer_msec(frrd_loop, start, NULL, START_AGAIN_MS, &t_start);
		return;
	}
	started = true;
	event_add_read(frrd_loop, finished_event, NULL, wake_fd, &t_finished);
}

void frrd_disk_submit(struct frrd_disk_job *job)
{
	pthread_mutex_lock(&lock);
	frrd_disk_jobs_add_tail(&todo, job);
	if (started)
		pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	if (!started && !t_start)
		event_add_event(frrd_loop, start, NULL, 0, &t_start);
}

/* Under the lock: wait until the thread has nothing to do; false: out of time. */
static bool wait_idle(const struct timespec *until)
{
	while (current || frrd_disk_jobs_count(&todo))
		if (pthread_cond_timedwait(&changed, &lock, until) == ETIMEDOUT)
			return false;
	return true;
}

bool frrd_disk_flush(uint32_t timeout_ms)
{
	struct timespec until;
	bool idle = true, more = true;

	if (!started && frrd_disk_jobs_count(&todo)) {
		EVENT_OFF(t_start);
		start(NULL);
	}
	if (!started)
		return !frrd_disk_jobs_count(&todo);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += timeout_ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	while (idle && more) {
		pthread_mutex_lock(&lock);
		idle = wait_idle(&until);
		pthread_mutex_unlock(&lock);
		take_back();
		pthread_mutex_lock(&lock);
		more = current || frrd_disk_jobs_count(&todo);
		pthread_mutex_unlock(&lock);
	}
	return idle;
}

void frrd_disk_fini(void)
{
	bool idle;

	EVENT_OFF(t_start);
	if (!started)
		return;
	EVENT_OFF(t_finished);
	pthread_mutex_lock(&lock);
	ending = true;
	idle = !current;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	/* One that hangs in the kernel ends with the process. */
	if (idle)
		pthread_join(thread, NULL);
	else
		pthread_detach(thread);
}
