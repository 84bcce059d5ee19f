/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing to disk without waiting for it.
 *
 * A disk that hangs must not stop the event loop: an owner that is cut off has to
 * fence itself in time, whatever its disk does.  So files are written by one
 * thread of their own.  A job there has its own data, makes system calls and
 * nothing else: no log, no libfrr, nothing that the event loop also uses.
 */
#ifndef FRRD_DISK_H
#define FRRD_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "typesafe.h"

PREDECL_DLIST(frrd_disk_jobs);

/* First member of what a caller hands over. */
struct frrd_disk_job {
	struct frrd_disk_jobs_item item;
	/* On the thread: returns 0 or an errno. */
	int (*work)(struct frrd_disk_job *job);
	/* On the event loop, when it is done: takes the job back. */
	void (*done)(struct frrd_disk_job *job);
	int error;	 /* what work() returned */
	int64_t took_us; /* how long it worked */
};

/* First of all. */
extern void frrd_disk_init(void);

/*
 * Hand a job over.  Jobs are done one after the other, in order.  The caller
 * bounds how many it hands over before it has the first back.
 */
extern void frrd_disk_submit(struct frrd_disk_job *job);

/*
 * Wait until every job is done, and take them back; at most timeout_ms.
 * Returns false when the time is over and the disk still has not answered.
 */
extern bool frrd_disk_flush(uint32_t timeout_ms);

/* The end of the process: jobs that were not done by now are left. */
extern void frrd_disk_fini(void);

#endif
