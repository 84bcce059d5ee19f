/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing to disk without waiting for it.
 *
 * A disk that hangs must not stop the event loop: an owner that is cut off has to
 * fence itself in time, whatever its disk does.  So files are written by one
 * thread of their own; see frrd_worker.h for what a job may do there.
 */
#ifndef FRRD_DISK_H
#define FRRD_DISK_H

#include "frrd/frrd_worker.h"

/* First of all. */
extern void frrd_disk_init(void);

/* The same as frrd_worker_submit(), _flush() and _fini() for this thread. */
extern void frrd_disk_submit(struct frrd_worker_job *job);
extern bool frrd_disk_flush(uint32_t timeout_ms);
extern void frrd_disk_fini(void);

#endif
