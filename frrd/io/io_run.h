/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs: hooks that frrd wants run (RUN), and probes of kind exec.
 *
 * The main part may neither fork nor exec. Programs are started by a process of their
 * own, the runner, which is forked before the main part gives its rights up. This is
 * the main part's side of it: what waits, what runs, and who is told of the end.
 */
#ifndef FRRD_IO_RUN_H
#define FRRD_IO_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "frrd_ipc.h"

/* Programs at a time; exec probes leave some of these to hooks. More wait. */
#define IO_RUN_MAX	  256
#define IO_RUN_PROBES_MAX 192
#define IO_RUN_WAITING	  1024 /* hooks that wait; more are refused */

/*
 * Forks the runner. Call it before libevent is used and before privileges are dropped.
 * Returns the main part's end of the socket to it, or -1 with errno. The child does not
 * return; it closes every descriptor but its own and 0, 1, 2.
 */
int io_run_fork(pid_t *ret_pid);

/*
 * Takes the socket over. `done` is told of the end of each RUN, exactly once; what the
 * result points to is valid during the call. `ended`: the runner has gone, nothing can
 * be run any more. False: no memory.
 */
bool io_run_init(int fd, void (*done)(const struct frrd_ipc_done *done), void (*ended)(void));
void io_run_finish(void);

/* RUN and RUN_KILL. Nothing of `run` is kept. */
void io_run_begin(const struct frrd_ipc_run *run);
void io_run_kill(uint32_t id);

/*
 * A program for a probe, with no rights at all. `done` is called once, unless it is
 * cancelled before; never before this returns. It waits while another program with the
 * same `arg` is still ending. NULL: no memory.
 */
struct io_job;
struct io_job *io_run_program(const char *command, uint32_t timeout_ms,
			      void (*done)(const struct frrd_ipc_done *done, void *arg), void *arg);
void io_run_cancel(struct io_job *job);

#endif
