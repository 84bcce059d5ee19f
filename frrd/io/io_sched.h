/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scheduler: owns every probe, starts its runs, ends them at the timeout, keeps
 * its newest result until it is sent.  See io.h for the kinds.
 */
#ifndef FRRD_IO_SCHED_H
#define FRRD_IO_SCHED_H

#include "frrd_ipc.h"

/* Make a probe, or change it: it starts anew. Copied. */
void io_sched_set(const struct frrd_ipc_probe *spec);
/* An unknown id is ignored. */
void io_sched_del(uint32_t id);

/*
 * Put results that were not sent yet into a message, as many as there is room for;
 * false: there is none.
 */
bool io_sched_results(struct frrd_ipc_buffer *buffer);

/* At the end of the process: no probe is left. */
void io_sched_finish(void);

#endif
