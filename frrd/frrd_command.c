// SPDX-License-Identifier: GPL-2.0-or-later
/* Operators' commands: from names and words to an event, and the answer in words. */

#include <zebra.h>

#include "if.h"
#include "vrf.h"

#include "frrd/frrd_engine.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_notify.h"

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

static void describe_origin(const struct frrd_route *route, char *buf, size_t size)
{
	const struct frrd_origin *origin = route->origin;
	char via[64] = "";
	struct prefix p;

	frrd_route_prefix(route, &p);
	if (origin->via.family == AF_INET)
		snprintfrr(via, sizeof(via), " via %pI4", &origin->via.u.prefix4);
	else if (origin->via.family == AF_INET6)
		snprintfrr(via, sizeof(via), " via %pI6", &origin->via.u.prefix6);
	else if (origin->via_ifindex)
		snprintfrr(via, sizeof(via), " on %s",
			   ifindex2ifname(origin->via_ifindex, VRF_DEFAULT));
	if (frrd_origin_is_local(origin))
		snprintfrr(buf, size,
			   "%pFX is a %s route of this site%s, which would shadow frrd's route",
			   &p, frrd_origin_protocol(origin), via);
	else
		snprintfrr(buf, size, "%pFX is announced elsewhere (%s%s, distance %u)", &p,
			   frrd_origin_protocol(origin), via, origin->distance);
}

void frrd_engine_describe_elsewhere(struct frrd_grp *grp, char *buf, size_t size)
{
	struct frrd_route *route;

	buf[0] = '\0';
	frr_each (frrd_route_list, &grp->routes.list, route)
		if (route->track == FRRD_TRACK_ELSEWHERE) {
			describe_origin(route, buf, size);
			return;
		}
}

static void refuse(const struct frrd_command_args *args, struct frrd_command_result *result,
		   enum frrd_reason reason, const char *text)
{
	result->accepted = false;
	result->reason = reason;
	strlcpy(result->text, text, sizeof(result->text));
	flog_warn(EC_FRRD_COMMAND_REFUSED, "%s %s refused: %s", command_name(args->command),
		  args->group, result->text);
	frrd_notify_refused(args->group, command_name(args->command), reason, result->text);
}

/* The names in the command: do they mean anything? */
static struct frrd_grp *check_names(const struct frrd_command_args *args,
				    struct frrd_command_result *result)
{
	struct frrd_grp *grp = frrd_grp_find(args->group);
	char text[256];

	if (!grp) {
		snprintf(text, sizeof(text), "there is no group %s", args->group);
		refuse(args, result, FRRD_REASON_NOT_MEMBER, text);
		return NULL;
	}
	if (args->command == FRRD_COMMAND_SWITCHOVER && !frrd_member_find(grp, args->to)) {
		snprintf(text, sizeof(text),
			 frrd_site_find(args->to) ? "group %s: site %s is not a member of it"
						  : "group %s: there is no site %s",
			 grp->name, args->to);
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
		ret_event->type = FRRD_EVENT_FAILOVER;
		ret_event->force = args->force;
		return;
	case FRRD_COMMAND_SWITCHOVER:
		ret_event->type = strmatch(args->to, frrd_config.local_site)
					  ? FRRD_EVENT_SWITCHOVER_HERE
					  : FRRD_EVENT_SWITCHOVER_AWAY;
		return;
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
}

static void say_accepted(struct frrd_grp *grp, const struct frrd_command_args *args,
			 struct frrd_command_result *result)
{
	const struct frrd_routes *routes = &grp->fsm.routes;

	switch (grp->fsm.state) {
	case FRRD_STATE_ACTIVATING:
		if (args->command == FRRD_COMMAND_HOLD || args->command == FRRD_COMMAND_RESUME)
			break;
		snprintf(result->text, sizeof(result->text),
			 "group %s: taking over, %u prefixes handed to zebra", grp->name,
			 routes->total);
		return;
	case FRRD_STATE_CLAIMING:
		snprintf(result->text, sizeof(result->text),
			 grp->fsm.claim_waits
				 ? "group %s: waiting up to %" PRId64
				   " ms until no other site announces it"
				 : "group %s: asking zebra about every prefix (at most %" PRId64
				   " ms), then taking over",
			 grp->name, grp->policy.handover_timeout_ms);
		return;
	case FRRD_STATE_RELEASING:
		snprintf(result->text, sizeof(result->text),
			 "group %s: withdrawing %u prefixes", grp->name, routes->total);
		return;
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_ACTIVE:
		break;
	}
	snprintf(result->text, sizeof(result->text), "group %s: %s", grp->name,
		 frrd_reason_text(result->reason));
}

static void say_refused(struct frrd_grp *grp, const struct frrd_command_args *args,
			struct frrd_command_result *result)
{
	char detail[256] = "";
	char text[512];

	if (result->reason == FRRD_REASON_ELSEWHERE)
		frrd_engine_describe_elsewhere(grp, detail, sizeof(detail));
	snprintf(text, sizeof(text), "group %s: %s", grp->name,
		 detail[0] ? detail : frrd_reason_text(result->reason));
	refuse(args, result, result->reason, text);
	result->done = result->reason == FRRD_REASON_ALREADY_OWNER ||
		       result->reason == FRRD_REASON_ALREADY_HELD ||
		       result->reason == FRRD_REASON_NOT_HELD;
}

bool frrd_engine_command(const struct frrd_command_args *args,
			 struct frrd_command_result *ret_result)
{
	struct frrd_grp *grp;
	char old_peer[FRRD_NAME_SIZE], old_note[sizeof(grp->note)];
	struct frrd_event event;

	memset(ret_result, 0, sizeof(*ret_result));
	grp = check_names(args, ret_result);
	if (!grp)
		return false;
	make_event(args, &event);
	/* The decision is recorded with the words; a refusal leaves the older ones. */
	strlcpy(old_peer, grp->peer, sizeof(old_peer));
	strlcpy(old_note, grp->note, sizeof(old_note));
	if (args->command == FRRD_COMMAND_SWITCHOVER)
		strlcpy(grp->peer, args->to, sizeof(grp->peer));
	if (args->command == FRRD_COMMAND_HOLD || args->force)
		strlcpy(grp->note, args->reason ? args->reason : "", sizeof(grp->note));
	ret_result->accepted =
		frrd_engine_post_command(grp, &event, &ret_result->reason);
	if (ret_result->accepted) {
		say_accepted(grp, args, ret_result);
	} else {
		strlcpy(grp->peer, old_peer, sizeof(grp->peer));
		strlcpy(grp->note, old_note, sizeof(grp->note));
		say_refused(grp, args, ret_result);
	}
	return ret_result->accepted;
}
