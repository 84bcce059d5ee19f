// SPDX-License-Identifier: GPL-2.0-or-later
/* Health: from results to states, from states to one word; see health.h. */

#include <string.h>

#include "health.h"

void frrd_health_init(struct frrd_probe_health *health)
{
	memset(health, 0, sizeof(*health));
}

static bool enter(struct frrd_probe_health *health, enum frrd_health state)
{
	if (health->state == state)
		return false;
	health->state = state;
	if (state != FRRD_HEALTH_UNKNOWN)
		health->last = state;
	return true;
}

bool frrd_health_result(struct frrd_probe_health *health, bool good, uint8_t rise, uint8_t fall)
{
	uint8_t *count = good ? &health->good : &health->bad;

	*(good ? &health->bad : &health->good) = 0;
	if (*count < UINT8_MAX)
		(*count)++;
	if (*count < (good ? rise : fall))
		return false;
	return enter(health, good ? FRRD_HEALTH_UP : FRRD_HEALTH_DOWN);
}

bool frrd_health_is_settled(const struct frrd_probe_health *health)
{
	switch (health->state) {
	case FRRD_HEALTH_UNKNOWN:
		break;
	case FRRD_HEALTH_UP:
		return !health->bad;
	case FRRD_HEALTH_DOWN:
		return !health->good;
	}
	return !health->good && !health->bad;
}

bool frrd_health_lost(struct frrd_probe_health *health)
{
	health->good = 0;
	health->bad = 0;
	return enter(health, FRRD_HEALTH_UNKNOWN);
}

enum frrd_health frrd_health_counts(const struct frrd_probe_health *health,
				    enum frrd_when_unknown when_unknown)
{
	if (health->state != FRRD_HEALTH_UNKNOWN)
		return health->state;
	switch (when_unknown) {
	case FRRD_UNKNOWN_UP:
		return FRRD_HEALTH_UP;
	case FRRD_UNKNOWN_DOWN:
		return FRRD_HEALTH_DOWN;
	case FRRD_UNKNOWN_NO_MOVE:
		break;
	}
	return health->last;
}

void frrd_health_sum_add(struct frrd_health_sum *sum, enum frrd_health word)
{
	sum->total++;
	sum->up += word == FRRD_HEALTH_UP;
	sum->down += word == FRRD_HEALTH_DOWN;
}

/* How many have to be up. */
static uint32_t needed(const struct frrd_health_sum *sum, enum frrd_combine how, uint32_t number)
{
	switch (how) {
	case FRRD_COMBINE_ALL:
		return sum->total;
	case FRRD_COMBINE_ANY:
		return 1;
	case FRRD_COMBINE_AT_LEAST:
		break;
	}
	return number;
}

enum frrd_health frrd_health_combine(const struct frrd_health_sum *sum, enum frrd_combine how,
				     uint32_t number)
{
	uint32_t need = needed(sum, how, number);

	if (sum->total == 0 || sum->up >= need)
		return FRRD_HEALTH_UP;
	/* Those that are unknown may turn out to be up. */
	return sum->total - sum->down < need ? FRRD_HEALTH_DOWN : FRRD_HEALTH_UNKNOWN;
}

const char *frrd_health_name(enum frrd_health word)
{
	switch (word) {
	case FRRD_HEALTH_UNKNOWN:
		break;
	case FRRD_HEALTH_UP:
		return "up";
	case FRRD_HEALTH_DOWN:
		return "down";
	}
	return "unknown";
}
