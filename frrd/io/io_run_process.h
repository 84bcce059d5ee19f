/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runner: the process that starts programs, and ends them. It is forked by the
 * main part, reads nothing of the network, and goes when the main part goes.
 */
#ifndef FRRD_IO_RUN_PROCESS_H
#define FRRD_IO_RUN_PROCESS_H

#include <stdbool.h>

#include "frrd_ipc.h"

/* In the id of a RUN to the runner: a probe's program, which gets no rights. */
#define IO_RUN_PROBE 0x80000000u

/* Runs until the other end of `fd` is closed; returns the exit status of the process. */
int io_run_process(int fd);

#endif
