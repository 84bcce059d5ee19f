/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads that do what may take a while, so that the event loop never waits.
 *
 * A disk or the kernel's lock for interfaces may hang; an owner that is cut off has
 * to fence itself in time all the same.  So such work is done by threads of its
 * own, one for each kind.  A job there has its own data, makes system calls and
 * nothing else: no log, no libfrr, nothing that the event loop also uses.
 */
#ifndef FRRD_WORKER_H
#define FRRD_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "typesafe.h"

struct event;

PREDECL_DLIST(frrd_worker_jobs);

/* First member of what a caller hands over. */
struct frrd_worker_job {
	struct frrd_worker_jobs_item item;
	/* On the thread: returns 0 or an errno. */
	int (*work)(struct frrd_worker_job *job);
	/* On the event loop, when it is done: takes the job back. */
	void (*done)(struct frrd_worker_job *job);
	int error;	 /* what work() returned */
	int64_t took_us; /* how long it worked */
};

struct frrd_worker {
	const char *what;    /* for the log: what it is needed for */
	void (*begin)(void); /* on the thread, before its first job; may be NULL */

	pthread_mutex_t lock;
	pthread_cond_t changed; /* something was added, or became done */

	/* under the lock */
	struct frrd_worker_jobs_head todo;
	struct frrd_worker_jobs_head finished;
	struct frrd_worker_job *current;
	bool ending;

	/* of the event loop */
	bool started;
	pthread_t thread;
	int wake_fd; /* an eventfd: there are finished jobs */
	struct event *t_start;
	struct event *t_finished;
};

/* First of all; what is above the lock is the caller's. The thread starts with the first job. */
extern void frrd_worker_init(struct frrd_worker *worker);

/*
 * Hand a job over.  Jobs are done one after the other, in order.  The caller
 * bounds how many it hands over before it has the first back.
 */
extern void frrd_worker_submit(struct frrd_worker *worker, struct frrd_worker_job *job);

/*
 * Wait until every job is done, and take them back; at most timeout_ms.
 * Returns false when the time is over and the thread still has not answered.
 */
extern bool frrd_worker_flush(struct frrd_worker *worker, uint32_t timeout_ms);

/* The end of the process: jobs that were not done by now are left. */
extern void frrd_worker_fini(struct frrd_worker *worker);

#endif
