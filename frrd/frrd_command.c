// SPDX-License-Identifier: GPL-2.0-or-later
/* Operators' commands: from names and words to an event, and the answer in words. */

#include <zebra.h>

#include "frrd/frrd_engine.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_notify.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_words.h"

static const char *command_name(enum frrd_command command)
{
	switch (command) {
	case FRRD_COMMAND_FAILOVER:
		return "failover";
	case FRRD_COMMAND_SWITCHOVER:
		return "switchover";
	case FRRD_COMMAND_RELEASE:
		return "release";
	case FRRD_COMMAND_HOLD:
		return "hold";
	case FRRD_COMMAND_RESUME:
		return "resume";
	}
	return "?";
}

/* Is the command one about another site than this one? */
static bool to_another(const struct frrd_command_args *args)
{
	return args->to && !strmatch(args->to, frrd_config.local_site);
}

static void refuse(const struct frrd_command_args *args, struct frrd_command_result *result,
		   enum frrd_reason reason, const char *text)
{
	result->accepted = false;
	result->done = reason == FRRD_REASON_ALREADY_OWNER ||
		       reason == FRRD_REASON_ALREADY_THERE ||
		       reason == FRRD_REASON_ALREADY_HELD || reason == FRRD_REASON_NOT_HELD;
	result->reason = reason;
	strlcpy(result->text, text, sizeof(result->text));
	if (result->done)
		flog_warn(EC_FRRD_COMMAND_REFUSED, "%s %s changed nothing: %s",
			  command_name(args->command), args->group, result->text);
	else
		flog_err(EC_FRRD_COMMAND_REFUSED, "%s %s refused: %s",
			 command_name(args->command), args->group, result->text);
	frrd_notify_refused(args->group, command_name(args->command), reason, result->text);
}

/* Why the site in the command cannot be the one that takes over; empty: it can. */
static void wrong_site(struct frrd_grp *grp, const struct frrd_command_args *args, char *buf,
		       size_t size)
{
	const struct frrd_site *site = frrd_site_find(args->to);
	bool bgp = frrd_config.arbiter == FRRD_ARBITER_BGP;

	buf[0] = '\0';
	if (!site)
		snprintf(buf, size, "there is no site %s", args->to);
	else if (!frrd_member_find(grp, args->to))
		snprintf(buf, size, "site %s is not a member of it", args->to);
	else if (bgp && !site->id)
		snprintf(buf, size, "site %s has no id", args->to);
	else if (args->command == FRRD_COMMAND_FAILOVER && to_another(args) && !bgp)
		snprintf(buf, size, "with arbiter manual a failover to site %s is ordered there",
			 args->to);
	else if (args->force && to_another(args))
		snprintf(buf, size, "a takeover by site %s can be forced there only", args->to);
}

/* The names in the command: do they mean anything? */
static struct frrd_grp *check_names(const struct frrd_command_args *args,
				    struct frrd_command_result *result)
{
	struct frrd_grp *grp = frrd_grp_find(args->group);
	char text[256], wrong[160] = "";

	if (!grp) {
		snprintf(text, sizeof(text), "there is no group %s", args->group);
		refuse(args, result, FRRD_REASON_NOT_MEMBER, text);
		return NULL;
	}
	if (args->to)
		wrong_site(grp, args, wrong, sizeof(wrong));
	if (wrong[0]) {
		snprintf(text, sizeof(text), "group %s: %s", grp->name, wrong);
		refuse(args, result, FRRD_REASON_NOT_MEMBER, text);
		return NULL;
	}
	if (args->command == FRRD_COMMAND_FAILOVER && args->force &&
	    (!args->reason || !args->reason[0])) {
		snprintf(text, sizeof(text), "group %s: force needs a reason", grp->name);
		refuse(args, result, FRRD_REASON_COMMAND_FORCE, text);
		return NULL;
	}
	return grp;
}

static void make_event(const struct frrd_command_args *args, struct frrd_event *ret_event)
{
	memset(ret_event, 0, sizeof(*ret_event));
	switch (args->command) {
	case FRRD_COMMAND_FAILOVER:
		ret_event->type = to_another(args) ? FRRD_EVENT_FAILOVER_TO : FRRD_EVENT_FAILOVER;
		break;
	case FRRD_COMMAND_SWITCHOVER:
		ret_event->type = to_another(args) ? FRRD_EVENT_SWITCHOVER_AWAY
						   : FRRD_EVENT_SWITCHOVER_HERE;
		break;
	case FRRD_COMMAND_RELEASE:
		ret_event->type = FRRD_EVENT_RELEASE;
		return;
	case FRRD_COMMAND_HOLD:
		ret_event->type = FRRD_EVENT_HOLD;
		return;
	case FRRD_COMMAND_RESUME:
		ret_event->type = FRRD_EVENT_RESUME;
		return;
	}
	if (to_another(args))
		ret_event->to = frrd_site_find(args->to)->id;
	else if (args->command == FRRD_COMMAND_FAILOVER)
		ret_event->force = args->force;
}

/* What is left of the operation in progress, for people. */
static const char *at_most(const struct frrd_grp *grp, char *buf, size_t size)
{
	int64_t until = grp->fsm.grant_to ? grp->fsm.grant_until_ms : grp->fsm.wait_until_ms;

	return frrd_ms_str(until == FRRD_NEVER ? grp->policy.handover_timeout_ms
					       : MAX(until - frrd_now_ms(), 0),
			   buf, size);
}

static void say_requesting(const struct frrd_grp *grp, char *buf, size_t size)
{
	char from[FRRD_NAME_SIZE], to[FRRD_NAME_SIZE], left[32];

	frrd_site_label(grp->fsm.request_for, to, sizeof(to));
	at_most(grp, left, sizeof(left));
	if (grp->fsm.request_from)
		snprintf(buf, size, "asking %s to hand over to %s (at most %s)",
			 frrd_site_label(grp->fsm.request_from, from, sizeof(from)), to, left);
	else
		snprintf(buf, size, "asking %s to take over (at most %s)", to, left);
}

static void say_claiming(const struct frrd_grp *grp, char *buf, size_t size)
{
	char left[32];

	if (grp->policy.arbiter == FRRD_ARBITER_BGP)
		snprintf(buf, size,
			 "claimed; %u prefixes follow in %s, unless another site claims or announces it",
			 grp->fsm.routes.total,
			 frrd_ms_str(MAX(grp->fsm.announce_at_ms - frrd_now_ms(), 0), left,
				     sizeof(left)));
	else
		snprintf(buf, size,
			 grp->fsm.claim_waits
				 ? "waiting up to %" PRId64 " ms until no other site announces it"
				 : "asking zebra about every prefix (at most %" PRId64
				   " ms), then taking over",
			 grp->policy.handover_timeout_ms);
}

static void say_releasing(const struct frrd_grp *grp, char *buf, size_t size)
{
	char to[FRRD_NAME_SIZE];

	if (grp->fsm.grant_to)
		snprintf(buf, size, "withdrawing %u prefixes, then %s takes over",
			 grp->fsm.routes.total,
			 frrd_site_label(grp->fsm.grant_to, to, sizeof(to)));
	else
		snprintf(buf, size, "withdrawing %u prefixes", grp->fsm.routes.total);
}

/* What happens now. */
static void say_accepted(struct frrd_grp *grp, const struct frrd_command_args *args,
			 struct frrd_command_result *result)
{
	bool move = args->command != FRRD_COMMAND_HOLD && args->command != FRRD_COMMAND_RESUME;
	char text[256], to[FRRD_NAME_SIZE], left[32];

	strlcpy(text, frrd_reason_text(result->reason), sizeof(text));
	switch (grp->fsm.state) {
	case FRRD_STATE_REQUESTING:
		say_requesting(grp, text, sizeof(text));
		break;
	case FRRD_STATE_CLAIMING:
		say_claiming(grp, text, sizeof(text));
		break;
	case FRRD_STATE_ACTIVATING:
		if (move && grp->seq.routes_done)
			snprintf(text, sizeof(text), "taking over, %u prefixes handed to zebra",
				 grp->fsm.routes.total);
		else if (move)
			snprintf(text, sizeof(text), "taking over, first step %s, then %u prefixes",
				 frrd_step_name(grp->seq.step), grp->fsm.routes.total);
		break;
	case FRRD_STATE_DRAINING:
		if (move)
			snprintf(text, sizeof(text),
				 "granted to %s; announced here until it is announced there (at most %s)",
				 frrd_site_label(grp->fsm.grant_to, to, sizeof(to)),
				 at_most(grp, left, sizeof(left)));
		break;
	case FRRD_STATE_RELEASING:
		say_releasing(grp, text, sizeof(text));
		break;
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_ACTIVE:
	case FRRD_STATE_FENCED:
	case FRRD_STATE_HELD:
	case FRRD_STATE_COUNT:
		break;
	}
	snprintf(result->text, sizeof(result->text), "group %s: %s", grp->name, text);
}

/* The arbiter bgp knows more about what is in the way, and what to do. */
static void say_refused(struct frrd_grp *grp, const struct frrd_command_args *args,
			struct frrd_command_result *result)
{
	const struct frrd_site *to = args->to ? frrd_site_find(args->to) : frrd_site_local();
	bool bgp = grp->policy.arbiter == FRRD_ARBITER_BGP;
	enum frrd_reason reason = result->reason;
	const char *hint;
	char detail[256];
	char text[512];

	if (bgp && reason == FRRD_REASON_ELSEWHERE && grp->fsm.view.claims)
		reason = FRRD_REASON_CLAIMED;
	else if (reason == FRRD_REASON_ALREADY_OWNER && args->command == FRRD_COMMAND_FAILOVER &&
		 to_another(args))
		reason = FRRD_REASON_OWNER_ALIVE;
	frrd_describe_obstacle(grp, reason, to, detail, sizeof(detail));
	hint = bgp ? frrd_reason_hint(reason) : "";
	snprintf(text, sizeof(text), "group %s: %s%s%s", grp->name,
		 detail[0] ? detail : frrd_reason_text(reason), hint[0] ? "; " : "", hint);
	refuse(args, result, reason, text);
}

static void run(struct frrd_grp *grp, const struct frrd_command_args *args,
		struct frrd_command_result *result)
{
	char old_peer[FRRD_NAME_SIZE], old_note[sizeof(grp->note)];
	struct frrd_event event;

	make_event(args, &event);
	/* The decision is recorded with the words; a refusal leaves the older ones. */
	strlcpy(old_peer, grp->peer, sizeof(old_peer));
	strlcpy(old_note, grp->note, sizeof(old_note));
	if (args->to)
		strlcpy(grp->peer, args->to, sizeof(grp->peer));
	if (args->command == FRRD_COMMAND_HOLD || args->force)
		strlcpy(grp->note, args->reason ? args->reason : "", sizeof(grp->note));
	result->accepted = frrd_engine_post_command(grp, &event, &result->reason);
	if (result->accepted) {
		say_accepted(grp, args, result);
	} else {
		strlcpy(grp->peer, old_peer, sizeof(grp->peer));
		strlcpy(grp->note, old_note, sizeof(grp->note));
		say_refused(grp, args, result);
	}
}

bool frrd_engine_command(const struct frrd_command_args *args,
			 struct frrd_command_result *ret_result)
{
	struct frrd_grp *grp;

	memset(ret_result, 0, sizeof(*ret_result));
	grp = check_names(args, ret_result);
	if (grp)
		run(grp, args, ret_result);
	frrd_journal_command(args->origin, command_name(args->command), args, ret_result);
	return ret_result->accepted;
}
