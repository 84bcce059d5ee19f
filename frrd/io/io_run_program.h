/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which programs may be run, and what a program finds when it starts.
 *
 * A program is a regular file that belongs to root and that nobody else may write to;
 * so does every folder on the way to it, links included: whoever could exchange one of
 * them could exchange the program. The way is walked folder by folder, and what is found
 * at its end is executed by its descriptor. A script is executed by the name that was
 * walked, without links in it, because its interpreter opens it by name in any case.
 */
#ifndef FRRD_IO_RUN_PROGRAM_H
#define FRRD_IO_RUN_PROGRAM_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frrd_ipc.h"

#define IO_PROGRAM_ARGS (FRRD_IPC_LINE / 2 + 1)

struct io_program {
	int fd; /* O_PATH */
	char path[PATH_MAX]; /* without links */
};

/* False: `reason` (FRRD_IPC_TEXT bytes) says why it may not be run. Else close fd. */
bool io_program_open(const char *path, struct io_program *ret_program, char *reason);

/*
 * What a process of the runner may have at most: CAP_NET_ADMIN, if it has it now. No
 * new privileges, and no capability comes back. False: errno. For the runner itself.
 */
bool io_program_drop(void);

/*
 * In the child: becomes the program. `line` is split at blanks; `env` ends with NULL;
 * `out` is standard output and error; `rights`: with CAP_NET_ADMIN if there is one.
 * Returns only with an error, which is errno.
 */
void io_program_exec(const struct io_program *program, char *line, char **env, int out, bool rights);

#endif
