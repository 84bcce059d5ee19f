/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where frrd keeps its files: the state file and the journal; and where its programs are. */
#ifndef FRRD_FILES_H
#define FRRD_FILES_H

#include "libfrr.h"

/* The options --state-file and --journal; NULL: the default. */
extern void frrd_files_set_state(const char *path);
extern void frrd_files_set_journal(const char *path);

/* The option --hook-folder; an absolute path. */
extern void frrd_files_set_hooks(const char *path);

/* Where the programs dns-update and notify are. */
extern const char *frrd_files_hooks(void);

/*
 * Before frr_init(), which gives the privileges up: make the default folder,
 * /var/lib/frr or with a pathspace the folder of that name in it, for the user
 * that the daemon becomes.  Does nothing when that is not possible.
 */
extern void frrd_files_prepare(const struct frr_daemon_info *di);

/*
 * After frr_init(): which files are used.  Without an option they are in the
 * default folder, or, when that cannot be written to, with the sockets, where a
 * reboot removes them.
 */
extern void frrd_files_init(void);

/* Static strings, valid from frrd_files_init() on. */
extern const char *frrd_files_state(void);
extern const char *frrd_files_journal(void);

/* Are the files where a reboot removes them? */
extern bool frrd_files_volatile(void);

#endif
