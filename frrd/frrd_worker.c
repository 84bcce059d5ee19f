// SPDX-License-Identifier: GPL-2.0-or-later
/* Threads that do what may take a while; see frrd_worker.h. */

#include <zebra.h>

#include <sys/eventfd.h>

#include "log.h"

#include "frrd/frrd_errors.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_worker.h"

/* Not a plain list: INIT_LIST of FRR 8.4 leaves one that its own pop cannot read. */
DECLARE_DLIST(frrd_worker_jobs, struct frrd_worker_job, item);

#define START_AGAIN_MS 1000

void frrd_worker_init(struct frrd_worker *worker)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&worker->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&worker->changed, &attr);
	pthread_condattr_destroy(&attr);
	frrd_worker_jobs_init(&worker->todo);
	frrd_worker_jobs_init(&worker->finished);
	worker->wake_fd = -1;
}

static void *worker_main(void *arg)
{
	struct frrd_worker *worker = arg;
	const uint64_t one = 1;
	struct frrd_worker_job *job;
	int64_t since_us;

	if (worker->begin)
		worker->begin();
	pthread_mutex_lock(&worker->lock);
	while (true) {
		while (!worker->ending && !frrd_worker_jobs_count(&worker->todo))
			pthread_cond_wait(&worker->changed, &worker->lock);
		if (worker->ending)
			break;
		job = worker->current = frrd_worker_jobs_pop(&worker->todo);
		since_us = frrd_now_us();
		pthread_mutex_unlock(&worker->lock);

		job->error = job->work(job);

		pthread_mutex_lock(&worker->lock);
		job->took_us = frrd_now_us() - since_us;
		worker->current = NULL;
		frrd_worker_jobs_add_tail(&worker->finished, job);
		pthread_cond_broadcast(&worker->changed);
		/* It can only fail when the counter is full, and then the loop is awake. */
		if (write(worker->wake_fd, &one, sizeof(one)) < 0)
			continue;
	}
	pthread_mutex_unlock(&worker->lock);
	return NULL;
}

static void take_back(struct frrd_worker *worker)
{
	struct frrd_worker_job *job;

	while (true) {
		pthread_mutex_lock(&worker->lock);
		job = frrd_worker_jobs_pop(&worker->finished);
		pthread_mutex_unlock(&worker->lock);
		if (!job)
			return;
		job->done(job); /* may hand over the next */
	}
}

static void finished_event(struct event *event)
{
	struct frrd_worker *worker = EVENT_ARG(event);
	uint64_t count;

	event_add_read(frrd_loop, finished_event, worker, worker->wake_fd, &worker->t_finished);
	if (read(worker->wake_fd, &count, sizeof(count)) < 0)
		return;
	take_back(worker);
}

/* Signals are for the event loop: the thread takes none. */
static int create_thread(struct frrd_worker *worker)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&worker->thread, NULL, worker_main, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

static void start(struct frrd_worker *worker);

static void start_event(struct event *event)
{
	start(EVENT_ARG(event));
}

/* From the event loop only, which runs when the process has gone to the background. */
static void start(struct frrd_worker *worker)
{
	int error = 0;

	worker->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (worker->wake_fd < 0)
		error = errno;
	else
		error = create_thread(worker);
	if (error) {
		flog_err(EC_FRRD_WORKER, "no thread %s: %s", worker->what,
			 safe_strerror(error));
		if (worker->wake_fd >= 0)
			close(worker->wake_fd);
		event_add_timer_msec(frrd_loop, start_event, worker, START_AGAIN_MS,
				     &worker->t_start);
		return;
	}
	worker->started = true;
	event_add_read(frrd_loop, finished_event, worker, worker->wake_fd, &worker->t_finished);
}

void frrd_worker_submit(struct frrd_worker *worker, struct frrd_worker_job *job)
{
	pthread_mutex_lock(&worker->lock);
	frrd_worker_jobs_add_tail(&worker->todo, job);
	if (worker->started)
		pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->lock);
	if (!worker->started && !worker->t_start)
		event_add_event(frrd_loop, start_event, worker, 0, &worker->t_start);
}

/* Under the lock: is there anything to do or being done? */
static bool has_work(const struct frrd_worker *worker)
{
	return worker->current || frrd_worker_jobs_count(&worker->todo);
}

/* Under the lock: wait until the thread has nothing to do; false: out of time. */
static bool wait_idle(struct frrd_worker *worker, const struct timespec *until)
{
	while (has_work(worker))
		if (pthread_cond_timedwait(&worker->changed, &worker->lock, until) == ETIMEDOUT)
			return false;
	return true;
}

bool frrd_worker_flush(struct frrd_worker *worker, uint32_t timeout_ms)
{
	struct timespec until;
	bool idle = true, more = true;

	if (!worker->started && frrd_worker_jobs_count(&worker->todo)) {
		EVENT_OFF(worker->t_start);
		start(worker);
	}
	if (!worker->started)
		return !frrd_worker_jobs_count(&worker->todo);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += timeout_ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	while (idle && more) {
		pthread_mutex_lock(&worker->lock);
		idle = wait_idle(worker, &until);
		pthread_mutex_unlock(&worker->lock);
		take_back(worker);
		pthread_mutex_lock(&worker->lock);
		more = has_work(worker);
		pthread_mutex_unlock(&worker->lock);
	}
	return idle;
}

void frrd_worker_fini(struct frrd_worker *worker)
{
	bool idle;

	EVENT_OFF(worker->t_start);
	if (!worker->started)
		return;
	EVENT_OFF(worker->t_finished);
	pthread_mutex_lock(&worker->lock);
	worker->ending = true;
	idle = !worker->current;
	pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->lock);
	/* One that hangs in the kernel ends with the process. */
	if (idle)
		pthread_join(worker->thread, NULL);
	else
		pthread_detach(worker->thread);
}
