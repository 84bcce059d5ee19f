// SPDX-License-Identifier: GPL-2.0-or-later
/* The time budget; see budget.h. */

#include <string.h>

#include "budget.h"

/* BGP sends three keepalives in a hold time. */
#define KEEPALIVES 3

/* --- words and numbers, without a library --------------------------------- */

/* A text that grows; what does not fit is left out. */
struct text {
	char *buf;
	size_t size;
	size_t used;
};

static void text_start(struct text *t, char *buf, size_t size)
{
	*t = (struct text){ .buf = buf, .size = size };
	if (size)
		buf[0] = '\0';
}

static void say(struct text *t, const char *words)
{
	for (; *words && t->used + 1 < t->size; words++)
		t->buf[t->used++] = *words;
	if (t->size)
		t->buf[t->used] = '\0';
}

static void say_number(struct text *t, int64_t number)
{
	char digits[24];
	size_t n = sizeof(digits);
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

	digits[--n] = '\0';
	do {
		digits[--n] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (number < 0)
		digits[--n] = '-';
	say(t, digits + n);
}

/* --- detection ------------------------------------------------------------ */

void frrd_detection(uint32_t bfd_interval_ms, uint32_t bfd_multiplier, uint32_t hold_time_s,
		    struct frrd_detection *ret_detection)
{
	int64_t hold_ms = (int64_t)hold_time_s * 1000;

	*ret_detection = (struct frrd_detection){
		.bfd_interval_ms = bfd_interval_ms,
		.bfd_multiplier = bfd_multiplier,
		.hold_time_s = hold_time_s,
	};
	/* at best, the failure comes right before the next packet would have */
	if (hold_time_s) {
		ret_detection->worst_ms = hold_ms;
		ret_detection->best_ms = hold_ms - hold_ms / KEEPALIVES;
	} else {
		ret_detection->worst_ms = (int64_t)bfd_interval_ms * bfd_multiplier;
		ret_detection->best_ms = ret_detection->worst_ms - bfd_interval_ms;
	}
}

static int64_t spread(const struct frrd_budget *b)
{
	return b->detection.worst_ms - b->detection.best_ms;
}

/* "BFD 300 ms x 3", "hold time 9 s" */
static void say_detection(struct text *t, const struct frrd_detection *d)
{
	if (d->hold_time_s) {
		say(t, "hold time ");
		say_number(t, d->hold_time_s);
		say(t, " s");
	} else {
		say(t, "BFD ");
		say_number(t, d->bfd_interval_ms);
		say(t, " ms x ");
		say_number(t, d->bfd_multiplier);
	}
}

/* "300 ms (detection takes 600 to 900 ms with BFD 300 ms x 3)" */
static void say_spread(struct text *t, const struct frrd_budget *b)
{
	say_number(t, spread(b));
	say(t, " ms (detection takes ");
	say_number(t, b->detection.best_ms);
	say(t, " to ");
	say_number(t, b->detection.worst_ms);
	say(t, " ms with ");
	say_detection(t, &b->detection);
	say(t, ")");
}

/* " + fence-delay 500 ms + 10 ms (zebra's withdrawal)" */
static void say_fence(struct text *t, const struct frrd_budget *b)
{
	say(t, " + fence-delay ");
	say_number(t, b->fence_delay_ms);
	say(t, " ms + ");
	say_number(t, FRRD_BUDGET_WITHDRAW_MS);
	say(t, " ms (zebra's withdrawal)");
}

/* --- the rules ------------------------------------------------------------ */

/* An owner that is cut off with others hears through them that the rest is gone. */
static int64_t detour(const struct frrd_budget *b)
{
	return b->voters < FRRD_BUDGET_VOTERS_DETOUR ? 0 : FRRD_BUDGET_WAY_WORST_MS;
}

int64_t frrd_budget_least_takeover_delay(const struct frrd_budget *b)
{
	return spread(b) + detour(b) + b->fence_delay_ms + FRRD_BUDGET_WITHDRAW_MS;
}

/* A site that votes alone has nobody to wait for. */
int64_t frrd_budget_least_settle_time(const struct frrd_budget *b)
{
	if (b->voters < 2)
		return 0;
	return b->detection.worst_ms + b->fence_delay_ms + FRRD_BUDGET_WITHDRAW_MS +
	       FRRD_BUDGET_WAY_WORST_MS;
}

/* Two sites see the same thing so far apart: a failure, or a marker that is taken back. */
static int64_t difference(const struct frrd_budget *b)
{
	return spread(b) > FRRD_BUDGET_WAY_WORST_MS ? spread(b) : FRRD_BUDGET_WAY_WORST_MS;
}

int64_t frrd_budget_least_stagger(const struct frrd_budget *b)
{
	return difference(b) + FRRD_BUDGET_WAY_WORST_MS;
}

/*
 * The others may notice the failure as early as possible, the old owner that it is
 * cut off as late as possible.  It has to be silent when the first of the others
 * begins to announce.
 */
static bool fence_ok(const struct frrd_budget *b, struct text *t)
{
	int64_t least = frrd_budget_least_takeover_delay(b);

	if (b->takeover_delay_ms >= least)
		return true;
	say(t, "arbiter: with takeover-delay ");
	say_number(t, b->takeover_delay_ms);
	say(t, " ms a takeover can outrun the fence of the old owner; it has to be at least ");
	say_number(t, least);
	say(t, " ms: ");
	say_spread(t, b);
	if (detour(b)) {
		say(t, " + ");
		say_number(t, detour(b));
		say(t, " ms (of ");
		say_number(t, b->voters);
		say(t, " sites some hear of the loss through a neighbour)");
	}
	say_fence(t, b);
	return false;
}

/*
 * A site that has just joined may never have heard of an owner that is cut off
 * already and does not know it yet.
 */
static bool settle_ok(const struct frrd_budget *b, struct text *t)
{
	int64_t least = frrd_budget_least_settle_time(b);

	if (b->settle_time_ms >= least)
		return true;
	say(t, "arbiter: with settle-time ");
	say_number(t, b->settle_time_ms);
	say(t, " ms a site that has just joined can take over before an owner that it never heard of has fenced; it has to be at least ");
	say_number(t, least);
	say(t, " ms: ");
	say_number(t, b->detection.worst_ms);
	say(t, " ms (longest detection with ");
	say_detection(t, &b->detection);
	say(t, ")");
	say_fence(t, b);
	say(t, " + ");
	say_number(t, FRRD_BUDGET_WAY_WORST_MS);
	say(t, " ms (a claim's way to another site)");
	return false;
}

/* The first standby may have noticed it late, the second early; then its claim is on the way. */
static bool stagger_ok(const struct frrd_budget *b, struct text *t)
{
	int64_t least = frrd_budget_least_stagger(b);

	if (b->members < 3 || b->stagger_ms >= least)
		return true;
	say(t, "group ");
	say(t, b->group ? b->group : "?");
	say(t, ": with ");
	say_number(t, b->members);
	say(t, " members and stagger ");
	say_number(t, b->stagger_ms);
	say(t, " ms two of them can take over at once; stagger (of the arbiter) has to be at least ");
	say_number(t, least);
	say(t, " ms: ");
	if (difference(b) == spread(b)) {
		say_spread(t, b);
	} else {
		say_number(t, difference(b));
		say(t, " ms (the way of the owner's markers as they vanish)");
	}
	say(t, " + ");
	say_number(t, FRRD_BUDGET_WAY_WORST_MS);
	say(t, " ms (a claim's way to another site)");
	return false;
}

bool frrd_budget_check(const struct frrd_budget *budget, char *errmsg, size_t size)
{
	struct text t;

	text_start(&t, errmsg, size);
	return fence_ok(budget, &t) && settle_ok(budget, &t) && stagger_ok(budget, &t);
}

/* --- the lines ------------------------------------------------------------ */

static struct frrd_budget_line *add_line(struct frrd_budget_line *line, struct text *t,
					 const char *code, const char *words, int64_t best_ms,
					 int64_t worst_ms)
{
	struct text name;

	text_start(&name, line->code, sizeof(line->code));
	say(&name, code);
	text_start(t, line->text, sizeof(line->text));
	say(t, words);
	line->best_ms = best_ms;
	line->worst_ms = worst_ms;
	return line;
}

static void add_rank(struct frrd_budget_line *line, uint32_t rank)
{
	struct text name;

	text_start(&name, line->code + strlen(line->code),
		   sizeof(line->code) - strlen(line->code));
	say_number(&name, rank);
}

static size_t add_phases(const struct frrd_budget *b, struct frrd_budget_line *lines)
{
	int64_t lead = b->takeover_delay_ms < FRRD_BUDGET_LEAD_MS ? b->takeover_delay_ms
								  : FRRD_BUDGET_LEAD_MS;
	int64_t fence = b->fence_delay_ms + FRRD_BUDGET_WITHDRAW_MS;
	int64_t margin = b->takeover_delay_ms - frrd_budget_least_takeover_delay(b);
	struct text t;
	size_t n = 0;

	add_line(&lines[n++], &t, "detection", "routing notices that a site is silent: ",
		 b->detection.best_ms, b->detection.worst_ms);
	say_detection(&t, &b->detection);
	say(&t, "; a lost link is noticed at once");
	add_line(&lines[n++], &t, "convergence",
		 "its routes and markers vanish at the others (FRR on an idle machine, not checked)",
		 FRRD_BUDGET_WAY_BEST_MS, FRRD_BUDGET_WAY_WORST_MS);
	add_line(&lines[n++], &t, "takeover-delay",
		 "nobody has claimed or announced the group for so long", b->takeover_delay_ms,
		 b->takeover_delay_ms);
	add_line(&lines[n++], &t, "claim-lead",
		 "part of takeover-delay: the claim goes so far ahead of the prefixes", lead, lead);
	add_line(&lines[n++], &t, "announcement",
		 "the prefixes reach the others (the same; a group of 100,000 prefixes takes 8 seconds)",
		 FRRD_BUDGET_WAY_BEST_MS, FRRD_BUDGET_WAY_WORST_MS);
	add_line(&lines[n++], &t, "fence",
		 detour(b)
			 ? "an owner that is cut off is silent: detection + a way through a neighbour + fence-delay + zebra's withdrawal"
			 : "an owner that is cut off is silent: detection + fence-delay + zebra's withdrawal",
		 b->detection.best_ms + fence, b->detection.worst_ms + detour(b) + fence);
	add_line(&lines[n++], &t, "fence-margin",
		 "from the fence to the first prefix elsewhere, at worst takeover-delay - ",
		 margin + spread(b) + detour(b), margin);
	say_number(&t, frrd_budget_least_takeover_delay(b));
	say(&t, " ms");
	add_line(&lines[n++], &t, "settle-time",
		 "a site only watches, after its start and after it has regained quorum; at least ",
		 b->settle_time_ms, b->settle_time_ms);
	say_number(&t, frrd_budget_least_settle_time(b));
	say(&t, " ms");
	add_line(&lines[n++], &t, "stale-retention",
		 b->stale_retention_ms
			 ? "double fault: frrd dies at the owner, and meanwhile the site is cut off: nobody fences it for so long"
			 : "zebra drops the routes as soon as frrd dies",
		 0, b->stale_retention_ms);
	add_line(&lines[n++], &t, "planned-move",
		 b->make_before_break
			 ? "make-before-break: no gap; a grant that is not used is taken back after handover-timeout"
			 : "break-before-make: a gap of two ways; a grant that is not used is taken back after handover-timeout",
		 b->make_before_break ? 0 : 2 * FRRD_BUDGET_WAY_BEST_MS, b->handover_timeout_ms);
	add_line(&lines[n++], &t, "unhealthy",
		 "an unhealthy owner withdraws, and a ready standby announces: the grant's way + the prefixes' way; before that interval x fall of the probe",
		 2 * FRRD_BUDGET_WAY_BEST_MS, 2 * FRRD_BUDGET_WAY_WORST_MS);
	return n;
}

/* After the owner's failure one member less is there to take over. */
static size_t add_ranks(const struct frrd_budget *b, struct frrd_budget_line *lines)
{
	uint32_t standbys = b->members > FRRD_SITE_MAX ? FRRD_SITE_MAX - 1
			    : b->members	       ? b->members - 1
						       : 0;
	int64_t best = b->detection.best_ms + b->takeover_delay_ms + 2 * FRRD_BUDGET_WAY_BEST_MS;
	int64_t worst = b->detection.worst_ms + b->takeover_delay_ms +
			2 * FRRD_BUDGET_WAY_WORST_MS;
	struct text t;
	size_t n = 0;

	for (uint32_t i = 0; i < standbys; i++) {
		int64_t wait = (int64_t)i * b->stagger_ms;

		if (i) {
			add_line(&lines[n], &t, "stagger-", "the standby of rank ", wait, wait);
			say_number(&t, i + 1);
			say(&t, " waits so much longer for those before it");
			add_rank(&lines[n++], i + 1);
		}
		add_line(&lines[n], &t, "total-", "unplanned move to the ", best + wait,
			 worst + wait);
		if (i) {
			say(&t, "standby of rank ");
			say_number(&t, i + 1);
		} else {
			say(&t, "best standby");
		}
		say(&t, ": detection + convergence + takeover-delay + ");
		say(&t, i ? "stagger + announcement" : "announcement");
		add_rank(&lines[n++], i + 1);
	}
	return n;
}

size_t frrd_budget_lines(const struct frrd_budget *budget,
			 struct frrd_budget_line ret_lines[FRRD_BUDGET_LINES_MAX])
{
	size_t n = add_phases(budget, ret_lines);

	return n + add_ranks(budget, ret_lines + n);
}
