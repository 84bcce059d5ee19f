/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Health: from results of runs to the state of a probe, and from the states of
 * several probes to one word about a site or a track.
 *
 * There are three words, not two.  `unknown` is what a probe says that has not
 * run yet, or whose runner does not answer; what that counts as is configured.
 */
#ifndef FRRD_CORE_HEALTH_H
#define FRRD_CORE_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frrd_health {
	FRRD_HEALTH_UNKNOWN,
	FRRD_HEALTH_UP,
	FRRD_HEALTH_DOWN,
};

/* What an unknown state counts as. */
enum frrd_when_unknown {
	FRRD_UNKNOWN_NO_MOVE, /* what the probe said last */
	FRRD_UNKNOWN_UP,
	FRRD_UNKNOWN_DOWN,
};

/* How the probes of a member or track combine. */
enum frrd_combine {
	FRRD_COMBINE_ALL,
	FRRD_COMBINE_ANY,
	FRRD_COMBINE_AT_LEAST,
};

/* State of one probe.  Only the functions below write to it. */
struct frrd_probe_health {
	enum frrd_health state;
	enum frrd_health last; /* the last state that was not unknown; UNKNOWN: there was none */
	uint8_t good;	       /* results in a row, at most 255; one of the two is 0 */
	uint8_t bad;
};

/* Nothing is known, and nothing was ever said. */
void frrd_health_init(struct frrd_probe_health *health);

/*
 * A result came.  `rise` good results in a row make the state up, `fall` bad ones
 * down (1..255 both); from unknown the first state needs as many.  Returns true when
 * the state changed.
 */
bool frrd_health_result(struct frrd_probe_health *health, bool good, uint8_t rise, uint8_t fall);

/*
 * False while results speak against the state, but not often enough yet to change it;
 * of an unknown state: from the first result on.
 */
bool frrd_health_is_settled(const struct frrd_probe_health *health);

/* No result comes any more: unknown, and counting begins anew. Returns true when changed. */
bool frrd_health_lost(struct frrd_probe_health *health);

/* What the state counts as. Unknown only with NO_MOVE, when nothing was ever said. */
enum frrd_health frrd_health_counts(const struct frrd_probe_health *health,
				    enum frrd_when_unknown when_unknown);

/*
 * Words of several probes, collected one by one, and what they amount to: up or down
 * as soon as those that are unknown cannot change it, else unknown.  No probe at all:
 * up.  `number` is for AT_LEAST; a number larger than there are probes can never be up.
 */
struct frrd_health_sum {
	uint32_t total;
	uint32_t up;
	uint32_t down;
};

void frrd_health_sum_add(struct frrd_health_sum *sum, enum frrd_health word);
enum frrd_health frrd_health_combine(const struct frrd_health_sum *sum, enum frrd_combine how,
				     uint32_t number);

/* "unknown", "up", "down": as in the model and in shows; a static string. */
const char *frrd_health_name(enum frrd_health word);

#endif
