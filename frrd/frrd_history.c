// SPDX-License-Identifier: GPL-2.0-or-later
/* The last decisions about a group; see frrd_history.h. */

#include <zebra.h>

#include "memory.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_HISTORY, "Group history");

void frrd_history_restore(struct frrd_history *history, const struct frrd_history_entry *entry)
{
	if (!history->entries)
		history->entries = XCALLOC(MTYPE_FRRD_HISTORY,
					   FRRD_HISTORY_SIZE * sizeof(*history->entries));
	history->entries[history->next] = *entry;
	history->last_number = entry->number;
	history->next = (history->next + 1) % FRRD_HISTORY_SIZE;
	if (history->count < FRRD_HISTORY_SIZE)
		history->count++;
}

void frrd_history_add(struct frrd_history *history, const struct frrd_history_entry *entry)
{
	struct frrd_history_entry numbered = *entry;

	numbered.number = history->last_number + 1;
	frrd_history_restore(history, &numbered);
}

void frrd_history_free(struct frrd_history *history)
{
	XFREE(MTYPE_FRRD_HISTORY, history->entries);
	history->count = 0;
	history->next = 0;
}

const struct frrd_history_entry *frrd_history_get(const struct frrd_history *history, uint32_t i)
{
	uint32_t oldest;

	if (i >= history->count)
		return NULL;
	oldest = history->count < FRRD_HISTORY_SIZE ? 0 : history->next;
	return &history->entries[(oldest + i) % FRRD_HISTORY_SIZE];
}
