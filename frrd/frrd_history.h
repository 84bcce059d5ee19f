/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last decisions about a group, for `show ... history`; the state file keeps them. */
#ifndef FRRD_HISTORY_H
#define FRRD_HISTORY_H

#include <sys/time.h>

#include "frrd/core/event.h"
#include "frrd/core/types.h"

#define FRRD_HISTORY_SIZE 64

struct frrd_history_entry {
	uint64_t number; /* counts the group's decisions, also across restarts; from 1 on */
	struct timeval when; /* wall clock, for people */
	enum frrd_event_type event;
	enum frrd_state from;
	enum frrd_state to;
	enum frrd_reason reason;
	bool refused;	/* a refused command, no change */
	char note[160]; /* operator's words, or what was in the way; may be empty */
};

/* Ring of the last FRRD_HISTORY_SIZE entries. */
struct frrd_history {
	struct frrd_history_entry *entries; /* allocated on first use */
	uint32_t next;
	uint32_t count;
	uint64_t last_number; /* of the newest entry; 0: there was none */
};

/* Gives the entry its number; that of *entry is ignored. */
extern void frrd_history_add(struct frrd_history *history,
			     const struct frrd_history_entry *entry);

/* Puts an entry back that was kept, with its number: oldest first, before any new one. */
extern void frrd_history_restore(struct frrd_history *history,
				 const struct frrd_history_entry *entry);
extern void frrd_history_free(struct frrd_history *history);

/* Entry number i, 0 is the oldest kept; NULL when i is out of range. */
extern const struct frrd_history_entry *frrd_history_get(const struct frrd_history *history,
							 uint32_t i);

#endif
