/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state file as data and as a file; frrd_statefile.c decides what and when. */
#ifndef FRRD_STATEFILE_IO_H
#define FRRD_STATEFILE_IO_H

#include "frrd/frrd_attach.h"
#include "frrd/frrd_config.h"

/* What the file says about one group. Times are of the wall clock. */
struct frrd_kept_group {
	char name[FRRD_NAME_SIZE];
	bool owned;
	bool unfinished;    /* owned: programs of post-announce had not ended */
	bool held;
	bool barred;
	bool claimed;	    /* not in the file: the group has asked for it */
	char note[160];	    /* operator's words for the hold */
	int64_t seen_s;	    /* when the group was last configured */
	uint8_t move_count;
	int64_t moves_ms[FRRD_MOVES_MAX];
	uint32_t entry_count;
	struct frrd_history_entry *entries; /* oldest first */
};

struct frrd_kept_groups {
	size_t count;
	struct frrd_kept_group *list;
	struct frrd_kept_attaches attaches;
};

enum frrd_statefile_result {
	FRRD_STATEFILE_GOOD,
	FRRD_STATEFILE_NONE,	/* there is no file */
	FRRD_STATEFILE_DAMAGED, /* it is to be set aside */
};

/* Make room for `count` groups, all zero, and no attachment; free all of it. */
extern void frrd_kept_groups_init(struct frrd_kept_groups *ret_groups, size_t count);
extern void frrd_kept_groups_free(struct frrd_kept_groups *groups);

/* Make room for the history of a group, all zero. */
extern void frrd_kept_group_entries(struct frrd_kept_group *group, uint32_t count);

/* When it is DAMAGED, `why` gets a sentence about it, else the groups are filled. */
extern enum frrd_statefile_result frrd_statefile_read(const char *path,
						      struct frrd_kept_groups *ret_groups,
						      char *why, size_t size);

/*
 * Replace the file.  For the disk's thread: uses nothing but its arguments.
 * Returns 0, or an errno; *ret_step is then what was not possible, in words.
 */
extern int frrd_statefile_write(const char *path, const struct frrd_kept_groups *groups,
				const char **ret_step);

#endif
