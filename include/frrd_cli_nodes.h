/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CLI node numbers of frrd.
 *
 * The daemon and vtysh must agree on these numbers, because vtysh sends each
 * line to the daemon and follows the daemon from node to node. FRR's own list
 * (enum node_type in lib/command.h) is closed, but the vectors behind it grow,
 * so numbers past NODE_TYPE_MAX work; ours start at 200.
 *
 * They are plain numbers, not an enum: vtysh's command extractor reads them
 * after the preprocessor has run, and an enum of ours would be a second type
 * beside enum node_type.
 */
#ifndef FRRD_CLI_NODES_H
#define FRRD_CLI_NODES_H

#define SUBNET_MOVER_NODE	  200 /* subnet-mover */
#define SUBNET_MOVER_SITE_NODE	  201 /*  site NAME */
#define SUBNET_MOVER_ARBITER_NODE 202 /*  arbiter KIND */
#define SUBNET_MOVER_GROUP_NODE	  203 /*  group NAME */
#define SUBNET_MOVER_MEMBER_NODE  204 /*   site NAME, inside a group */
#define SUBNET_MOVER_PROBE_NODE	  205 /*  probe NAME */
#define SUBNET_MOVER_TRACK_NODE	  206 /*  track NAME */

/* The debug switches are written by a node of their own, as in FRR. */
#define SUBNET_MOVER_DEBUG_NODE 209

/* What each prompt ends in; %s is the host name. */
#define SUBNET_MOVER_PROMPT	    "%s(config-subnet-mover)# "
#define SUBNET_MOVER_SITE_PROMPT    "%s(config-sm-site)# "
#define SUBNET_MOVER_ARBITER_PROMPT "%s(config-sm-arbiter)# "
#define SUBNET_MOVER_GROUP_PROMPT   "%s(config-sm-group)# "
#define SUBNET_MOVER_MEMBER_PROMPT  "%s(config-sm-member)# "
#define SUBNET_MOVER_PROBE_PROMPT   "%s(config-sm-probe)# "
#define SUBNET_MOVER_TRACK_PROMPT   "%s(config-sm-track)# "

#endif /* FRRD_CLI_NODES_H */
