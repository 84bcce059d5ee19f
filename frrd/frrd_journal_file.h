/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal's file: whole lines, rotation, the last lines. */
#ifndef FRRD_JOURNAL_FILE_H
#define FRRD_JOURNAL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Append lines, each with its newline, and rotate whenever the file would become
 * larger than `max` bytes.  For the disk's thread, which is the only one
 * that calls it.  Returns 0 or an errno; *ret_lines is how many lines are in the
 * file now, every one of them whole.
 */
extern int frrd_journal_file_append(const char *path, const char *data, size_t length,
				    uint64_t max, uint32_t *ret_lines);

/*
 * The last `count` lines of the file and the older ones, oldest first.  Returns
 * false when the file is there but cannot be read; errno says why.
 */
extern bool frrd_journal_file_last(const char *path, uint32_t count,
				   void (*line)(void *arg, const char *text), void *arg);

#endif
