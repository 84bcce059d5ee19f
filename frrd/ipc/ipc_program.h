/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which programs may be run: the rule by which frrd-io runs them, and frrd's preflight
 * says beforehand what will not be run.
 *
 * A program is a regular file that belongs to root and that nobody else may write to;
 * so does every folder on the way to it, links included: whoever could exchange one of
 * them could exchange the program. The way is walked folder by folder, and what is found
 * at its end is executed by its descriptor. A script is executed by the name that was
 * walked, without links in it, because its interpreter opens it by name in any case.
 */
#ifndef FRRD_IPC_PROGRAM_H
#define FRRD_IPC_PROGRAM_H

#include <limits.h>
#include <stdbool.h>

#include "frrd_ipc.h"

struct frrd_program {
	int fd;		     /* O_PATH */
	char path[PATH_MAX]; /* without links */
};

/*
 * Walks to the program of this absolute path. True: close fd. False: `reason` says what
 * is wrong and with which file, as in "/opt can be written by others than root"; nothing
 * is left open.
 */
bool frrd_program_open(const char *path, struct frrd_program *ret_program,
		       char reason[FRRD_IPC_TEXT]);

#endif
