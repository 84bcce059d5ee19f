/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What outlives the process, by group: whether this site owned it, the
 * operator's hold and his words, damping, and the history.
 *
 * One file of two lines.  The first is a header: format, version, length and
 * CRC-32 of the second.  The second is a JSON object.  It is replaced as a whole
 * (temporary file, fsync, rename, fsync of the folder) by the disk's thread, so
 * that a crash at any moment leaves the old file or the new one.  Whatever is not
 * exactly such a file is set aside as FILE.corrupt-TIME and reported, and frrd
 * starts without.
 *
 * Times are stored by the wall clock, for the monotonic clock begins anew with
 * each boot.
 */
#ifndef FRRD_STATEFILE_H
#define FRRD_STATEFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "frrd/core/event.h"

struct frrd_grp;

/* Read the file. Before the configuration is read, since groups ask when they come. */
extern void frrd_statefile_load(void);

/*
 * What the file says about a group of this name; false when it says nothing, or
 * when it was asked for before: what is true from then on is with the group.
 * `note` gets the operator's words for the hold, *ret_unfinished whether programs of
 * post-announce had not ended when the group was owned.  Times are in the clock of this
 * process; those in the future are left out.
 */
extern bool frrd_statefile_find(const char *group, struct frrd_kept *ret_kept,
				bool *ret_unfinished, char *note, size_t size);

/* Put the kept decisions into the group's empty history; before the first new one. */
extern void frrd_statefile_restore_history(struct frrd_grp *grp);

/*
 * Something that is kept may have changed: written at once when the last time is
 * FRRD_STATEFILE_PAUSE_MS ago, else then.  The caller does not wait.
 */
#define FRRD_STATEFILE_PAUSE_MS 50
extern void frrd_statefile_dirty(void);

/* The same without the pause: a hold, or an owner that comes or goes. */
extern void frrd_statefile_dirty_now(void);

/* For show: what is wrong with it, with its name; empty: nothing. */
extern const char *frrd_statefile_problem(void);

/* The end: write what is still to be written; waits for the disk at most a second. */
extern void frrd_statefile_fini(void);

#endif
