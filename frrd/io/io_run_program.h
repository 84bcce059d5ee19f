/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What programs may do, and what a program finds when it starts. Which may be run at all
 * is in frrd/ipc/ipc_program.h.
 */
#ifndef FRRD_IO_RUN_PROGRAM_H
#define FRRD_IO_RUN_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frrd_ipc.h"
#include "frrd/ipc/ipc_program.h"

#define IO_PROGRAM_ARGS (FRRD_IPC_LINE / 2 + 1)

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
void io_program_exec(const struct frrd_program *program, char *line, char **env, int out, bool rights);

#endif
