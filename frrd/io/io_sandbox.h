/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Giving up every right that probing does not need. */
#ifndef FRRD_IO_SANDBOX_H
#define FRRD_IO_SANDBOX_H

#include <stdbool.h>

/*
 * No capability, no new privileges, not dumpable, a list of allowed system calls.
 * Everything that needs a privilege has to be open. False: *ret_what (static) could
 * not be done, errno says why; the process must not go on.
 */
bool io_sandbox(const char **ret_what);

#endif
