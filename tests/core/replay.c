// SPDX-License-Identifier: GPL-2.0-or-later
/* Replays scenarios against step(); see replay.h. */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "frrd/core/markers.h"
#include "tests/core/replay.h"

static void set_error(struct replay *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void set_error(struct replay *r, const char *format, ...)
{
	int used = snprintf(r->error, sizeof(r->error), "line %u: ", r->line);
	va_list args;

	va_start(args, format);
	vsnprintf(r->error + used, sizeof(r->error) - (size_t)used, format, args);
	va_end(args);
}

static bool parse_number(const char *text, int64_t *ret_number)
{
	char *end;

	errno = 0;
	*ret_number = strtoll(text, &end, 10);
	return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0';
}

static bool parse_counter(const char *text, uint32_t *ret_counter)
{
	int64_t number;

	if (!parse_number(text, &number) || number > UINT32_MAX)
		return false;
	*ret_counter = (uint32_t)number;
	return true;
}

static bool parse_bool(const char *text, bool *ret_value)
{
	*ret_value = strcmp(text, "yes") == 0;
	return *ret_value || strcmp(text, "no") == 0;
}

static bool parse_site(const char *text, uint8_t *ret_site)
{
	int64_t number;

	if (!parse_number(text, &number) || number > FRRD_SITE_MAX)
		return false;
	*ret_site = (uint8_t)number;
	return true;
}

/* "1,2,3"; "none" is the empty set.  ret_ranks, if not NULL: the place of each in the list. */
static bool parse_sites(const char *text, uint16_t *ret_sites, uint8_t *ret_ranks)
{
	uint8_t place = 0;
	char *end;

	*ret_sites = 0;
	if (strcmp(text, "none") == 0)
		return true;
	for (;; text = end + 1) {
		unsigned long id = strtoul(text, &end, 10);

		if (end == text || id < 1 || id > FRRD_SITE_MAX)
			return false;
		*ret_sites |= FRRD_SITE_BIT(id);
		if (ret_ranks)
			ret_ranks[id] = place++;
		if (*end == '\0')
			return true;
		if (*end != ',')
			return false;
	}
}

static bool set_arbiter(struct frrd_policy *policy, const char *value)
{
	bool bgp = strcmp(value, "bgp") == 0;

	if (!bgp && strcmp(value, "manual") != 0)
		return false;
	if (bgp && policy->arbiter == FRRD_ARBITER_NONE)
		*policy = bgp_policy();
	else
		policy->arbiter = bgp ? FRRD_ARBITER_BGP : FRRD_ARBITER_MANUAL;
	return true;
}

static bool set_policy(struct frrd_policy *p, const char *key, const char *value)
{
	const struct {
		const char *key;
		int64_t *ms;
	} times[] = {
		{ "handover-timeout", &p->handover_timeout_ms },
		{ "withdraw-timeout", &p->withdraw_timeout_ms },
		{ "takeover-delay", &p->takeover_delay_ms },
		{ "stagger", &p->stagger_ms },
		{ "fence-delay", &p->fence_delay_ms },
		{ "settle-time", &p->settle_time_ms },
		{ "hold-down", &p->hold_down_ms },
		{ "wait-to-restore", &p->wait_to_restore_ms },
		{ "damping-window", &p->damping_window_ms },
	};
	const struct {
		const char *key;
		bool *flag;
	} flags[] = {
		{ "member", &p->member },
		{ "complete", &p->complete },
		{ "auto-failover", &p->auto_failover },
		{ "failback", &p->failback },
		{ "make-before-break", &p->make_before_break },
		{ "withdraw-alone", &p->withdraw_alone },
	};

	for (size_t i = 0; i < ARRAY_SIZE(times); i++)
		if (strcmp(key, times[i].key) == 0)
			return parse_number(value, times[i].ms);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (strcmp(key, flags[i].key) == 0)
			return parse_bool(value, flags[i].flag);
	if (strcmp(key, "arbiter") == 0)
		return set_arbiter(p, value);
	if (strcmp(key, "damping-max-moves") == 0)
		return parse_counter(value, &p->damping_max_moves);
	if (strcmp(key, "self") == 0)
		return parse_site(value, &p->self) && p->self > 0;
	if (strcmp(key, "voters") == 0)
		return parse_sites(value, &p->voters, NULL);
	if (strcmp(key, "maintenance") == 0)
		return parse_sites(value, &p->maintenance, NULL);
	if (strcmp(key, "members") == 0)
		return parse_sites(value, &p->members, p->rank);
	return false;
}

static bool set_routes(struct frrd_routes *routes, const char *key, const char *value)
{
	const struct {
		const char *key;
		uint32_t *counter;
	} counters[] = {
		{ "total", &routes->total },	     { "announced", &routes->announced },
		{ "installed", &routes->installed }, { "pending", &routes->pending },
		{ "failed", &routes->failed },	     { "lost", &routes->lost },
		{ "taken", &routes->taken },
	};

	for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
		if (strcmp(key, counters[i].key) == 0)
			return parse_counter(value, counters[i].counter);
	return strcmp(key, "held") == 0 && parse_bool(value, &routes->held);
}

static bool set_elsewhere(struct frrd_elsewhere *elsewhere, const char *key, const char *value)
{
	if (strcmp(key, "announced") == 0)
		return parse_counter(value, &elsewhere->announced);
	if (strcmp(key, "unknown") == 0)
		return parse_counter(value, &elsewhere->unknown);
	return false;
}

static bool set_view(struct frrd_view *view, const char *key, const char *value)
{
	const struct {
		const char *key;
		uint16_t *sites;
	} sets[] = {
		{ "beacons", &view->beacons },	 { "claims", &view->claims },
		{ "requests", &view->requests }, { "readies", &view->readies },
		{ "grants", &view->grants },
	};

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		if (strcmp(key, sets[i].key) == 0)
			return parse_sites(value, sets[i].sites, NULL);
	return false;
}

/* What the state file says; moves=N: so many moves that nobody ordered, right now. */
static bool set_moves(struct replay *r, struct frrd_moves *moves, const char *key,
		      const char *value)
{
	uint32_t count;

	if (strcmp(key, "moves") != 0 || !parse_counter(value, &count) || count > FRRD_MOVES_MAX)
		return false;
	for (moves->count = 0; moves->count < count; moves->count++)
		moves->at_ms[moves->count] = r->now_ms;
	return true;
}

/* An argument that is one word. */
static bool set_word(struct frrd_event *event, const char *word)
{
	const struct {
		enum frrd_event_type type;
		const char *word;
		bool *flag;
		bool value;
	} words[] = {
		{ FRRD_EVENT_FAILOVER, "force", &event->force, true },
		{ FRRD_EVENT_VIEW, "unknown", &event->view.known, false },
		{ FRRD_EVENT_VIEW, "own-claim", &event->view.own_claim, true },
		{ FRRD_EVENT_VIEW, "own-grant", &event->view.own_grant, true },
		{ FRRD_EVENT_RESTORE, "owned", &event->kept.owned, true },
		{ FRRD_EVENT_RESTORE, "held", &event->kept.held, true },
		{ FRRD_EVENT_RESTORE, "barred", &event->kept.barred, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (event->type != words[i].type || strcmp(word, words[i].word) != 0)
			continue;
		*words[i].flag = words[i].value;
		return true;
	}
	return false;
}

/* One argument of an event. */
static bool set_argument(struct replay *r, struct frrd_event *event, char *argument)
{
	char *value = strchr(argument, '=');

	if (!value)
		return set_word(event, argument);
	*value++ = '\0';
	if (event->type == FRRD_EVENT_VIEW)
		return set_view(&event->view, argument, value);
	if (event->type == FRRD_EVENT_HEALTH && strcmp(argument, "healthy") == 0)
		return parse_bool(value, &event->healthy);
	if (event->type == FRRD_EVENT_RESTORE)
		return set_moves(r, &event->kept.moves, argument, value);
	if ((event->type == FRRD_EVENT_FAILOVER_TO || event->type == FRRD_EVENT_SWITCHOVER_AWAY) &&
	    strcmp(argument, "to") == 0)
		return parse_site(value, &event->to);
	if (event->type == FRRD_EVENT_ROUTES)
		return set_routes(&event->routes, argument, value);
	if (event->type == FRRD_EVENT_ELSEWHERE)
		return set_elsewhere(&event->elsewhere, argument, value);
	if (event->type == FRRD_EVENT_CONFIG)
		return set_policy(&r->policy, argument, value);
	return false;
}

/* What the last event did was not asked for: then it has to be nothing. */
static bool settle(struct replay *r)
{
	if (r->unsaid && strcmp(r->outcome.text, "-") != 0) {
		set_error(r, "the event before did: %s", r->outcome.text);
		return false;
	}
	r->unsaid = false;
	return true;
}

static bool find_event(const char *name, enum frrd_event_type *ret_type)
{
	for (int i = 0; i < EVENT_COUNT; i++) {
		*ret_type = (enum frrd_event_type)i;
		if (strcmp(name, frrd_event_name(*ret_type)) == 0)
			return true;
	}
	return false;
}

/* One step, its outcome and its faults. */
static void take_step(struct replay *r, const struct frrd_event *event)
{
	struct step step = try_step(&r->group, &r->policy, event);
	const char *fault = step_fault(&step);

	r->now_ms = event->now_ms;
	r->group = step.after;
	r->outcome = outcome_of(&step.before, &step.after, &step.actions);
	if (r->watch)
		r->watch(&step);
	if (fault)
		set_error(r, "%s: %s (%s)", event_words(event).text, fault, r->outcome.text);
}

/*
 * Arbiter bgp: TICKs at the deadlines up to `until_ms`; true when one of them did
 * something.  It is not given when the process is stopped.
 */
static bool pass_time(struct replay *r, int64_t until_ms)
{
	while (r->policy.arbiter == FRRD_ARBITER_BGP && r->error[0] == '\0' &&
	       r->group.deadline_ms <= until_ms) {
		int64_t at_ms = r->group.deadline_ms > r->now_ms ? r->group.deadline_ms : r->now_ms;
		const struct frrd_event tick = event_at(at_ms, FRRD_EVENT_TICK);

		take_step(r, &tick);
		if (strcmp(r->outcome.text, "-") != 0)
			return true;
	}
	return false;
}

/* What happens by itself until `until_ms` has to be expected by an `at` line. */
static bool nothing_until(struct replay *r, int64_t until_ms)
{
	if (pass_time(r, until_ms) && r->error[0] == '\0')
		set_error(r, "at %" PRId64 " it did by itself: %s", r->now_ms, r->outcome.text);
	return r->error[0] == '\0';
}

static bool parse_time(struct replay *r, const char *text, int64_t *ret_ms)
{
	if (!text || !parse_number(text, ret_ms)) {
		set_error(r, "a time in milliseconds is missing");
		return false;
	}
	if (*ret_ms >= r->now_ms)
		return true;
	set_error(r, "time runs backwards: %" PRId64 " after %" PRId64, *ret_ms, r->now_ms);
	return false;
}

static void on_event(struct replay *r, char *words)
{
	char *rest = NULL;
	char *time = strtok_r(words, " \t", &rest);
	char *name = strtok_r(NULL, " \t", &rest);
	enum frrd_event_type type;
	struct frrd_event event;
	int64_t now_ms;

	if (!settle(r) || !parse_time(r, time, &now_ms))
		return;
	if (!name || !find_event(name, &type)) {
		set_error(r, "no such event: %s", name ? name : "");
		return;
	}
	if (!r->stopped && !nothing_until(r, now_ms))
		return;
	r->stopped = false;
	r->now_ms = now_ms;
	event = event_at(now_ms, type);
	event.view.known = type == FRRD_EVENT_VIEW;
	for (char *word = strtok_r(NULL, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
		if (!set_argument(r, &event, word)) {
			set_error(r, "%s does not take %s", name, word);
			return;
		}
	}
	r->events++;
	take_step(r, &event);
	r->unsaid = true;
}

/* at MS OUTCOME: what happens by itself, and nothing before it. */
static void on_at(struct replay *r, char *words)
{
	char *expected = words + strcspn(words, " \t");
	int64_t at_ms;

	if (*expected != '\0')
		*expected++ = '\0';
	expected += strspn(expected, " \t");
	r->expects++;
	if (!settle(r) || !parse_time(r, words, &at_ms))
		return;
	if (!pass_time(r, at_ms))
		snprintf(r->outcome.text, sizeof(r->outcome.text), "-");
	if (r->error[0] != '\0')
		return;
	if (strcmp(r->outcome.text, expected) != 0)
		set_error(r, "expected \"%s\" at %" PRId64 ", got \"%s\" at %" PRId64, expected,
			  at_ms, r->outcome.text, r->now_ms);
	else if (r->now_ms < at_ms && strcmp(expected, "-") != 0)
		set_error(r, "expected at %" PRId64 " what happened at %" PRId64, at_ms, r->now_ms);
	if (r->now_ms < at_ms)
		r->now_ms = at_ms;
}

/* stopped MS: the process does not run until then, and the next event comes first. */
static void on_stopped(struct replay *r, const char *until)
{
	int64_t now_ms;

	if (!settle(r) || !parse_time(r, until, &now_ms) || !nothing_until(r, r->now_ms))
		return;
	r->now_ms = now_ms;
	r->stopped = true;
}

/* markers none | claim | ready | request=ID | grant=ID, in this order */
static void on_markers(struct replay *r, const char *expected)
{
	struct frrd_markers m;
	char text[64] = "";

	if (!nothing_until(r, r->now_ms))
		return;
	frrd_group_markers(&r->group, &r->policy, &m);
	snprintf(text, sizeof(text), "%s%s", m.claim ? " claim" : "", m.ready ? " ready" : "");
	if (m.request_for)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " request=%u",
			 m.request_for);
	if (m.grant_to)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " grant=%u", m.grant_to);
	if (!text[0])
		snprintf(text, sizeof(text), " none");
	if (strcmp(text + 1, expected) != 0)
		set_error(r, "expected markers %s, got%s", expected, text);
}

static void on_expect(struct replay *r, const char *expected)
{
	r->expects++;
	if (!r->unsaid)
		set_error(r, "nothing to expect anything of: no event since the last one");
	else if (strcmp(r->outcome.text, expected) != 0)
		set_error(r, "expected \"%s\", got \"%s\"", expected, r->outcome.text);
	r->unsaid = false;
}

static void on_deadline(struct replay *r, const char *expected)
{
	char deadline[32] = "never";

	/* After a decision it is "now", until a TICK has found nothing more to do. */
	if (!nothing_until(r, r->now_ms))
		return;
	if (r->group.deadline_ms != FRRD_NEVER)
		snprintf(deadline, sizeof(deadline), "%" PRId64, r->group.deadline_ms);
	if (strcmp(deadline, expected) != 0)
		set_error(r, "expected deadline %s, got %s", expected, deadline);
}

static void on_policy(struct replay *r, char *words)
{
	char *rest = NULL;

	if (r->events > 0) {
		set_error(r, "the policy is set before the first event, later by config");
		return;
	}
	for (char *word = strtok_r(words, " \t", &rest); word;
	     word = strtok_r(NULL, " \t", &rest)) {
		char *value = strchr(word, '=');

		if (value)
			*value++ = '\0';
		if (!value || !set_policy(&r->policy, word, value)) {
			set_error(r, "policy does not have %s", word);
			return;
		}
	}
}

static void on_line(struct replay *r, char *line)
{
	char *end = line + strlen(line);
	char *words;

	while (end > line && strchr(" \t\r\n", end[-1]))
		*--end = '\0';
	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#')
		return;
	words = line + strcspn(line, " \t");
	if (*words != '\0')
		*words++ = '\0';
	words += strspn(words, " \t");
	if (strcmp(line, "event") == 0)
		on_event(r, words);
	else if (strcmp(line, "expect") == 0)
		on_expect(r, words);
	else if (strcmp(line, "deadline") == 0)
		on_deadline(r, words);
	else if (strcmp(line, "policy") == 0)
		on_policy(r, words);
	else if (strcmp(line, "at") == 0)
		on_at(r, words);
	else if (strcmp(line, "stopped") == 0)
		on_stopped(r, words);
	else if (strcmp(line, "markers") == 0)
		on_markers(r, words);
	else
		set_error(r, "no such line: %s", line);
}

void replay_begin(struct replay *r)
{
	memset(r, 0, sizeof(*r));
	r->policy = usual_policy();
	frrd_group_init(&r->group, 0);
}

void replay_lines(struct replay *r, FILE *file)
{
	char *line = NULL;
	size_t size = 0;

	while (r->error[0] == '\0' && getline(&line, &size, file) >= 0) {
		r->line++;
		on_line(r, line);
	}
	free(line);
	if (r->error[0] == '\0' && settle(r) && r->expects == 0)
		set_error(r, "a scenario expects something");
}

void replay_text(struct replay *r, const char *text)
{
	FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	if (!file)
		fail_msg("out of memory");
	replay_lines(r, file);
	fclose(file);
}

void play(const char *text)
{
	struct replay r;

	replay_begin(&r);
	replay_text(&r, text);
	if (r.error[0] != '\0')
		fail_msg("%s\n%s", r.error, text);
}
