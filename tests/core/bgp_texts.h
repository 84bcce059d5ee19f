/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the scenarios of the arbiter bgp begin; replay.h has the format, and
 * bgp_policy() of support.h the times.
 */
#ifndef FRRD_TESTS_CORE_BGP_TEXTS_H
#define FRRD_TESTS_CORE_BGP_TEXTS_H

#define POLICY(keys) "policy arbiter=bgp " keys "\n"

/* zebra and the prefixes are known. */
#define ZEBRA "event 0 zebra-up\nevent 0 routes total=2\nevent 0 elsewhere\n"

/* Settled at 5010; what others do is in the view. */
#define SETTLED(view)                                                                              \
	ZEBRA "event 10 view " view "\n"                                                           \
	      "expect standby quorum-back | record\n"                                              \
	      "at 5010 standby settled | record\n"

/* Site 1 owns the group, this one waits. */
#define STANDBY SETTLED("beacons=1,3 claims=1")

/* At 10000 the owner is gone. */
#define ORPHAN STANDBY "event 10000 view beacons=3\n"

/* This site has owned the group since 6010. */
#define OWNER                                                                                      \
	SETTLED("beacons=3")                                                                       \
	"at 5610 claiming unowned | record\n"                                                      \
	"at 6010 activating unowned | record, announce\n"                                          \
	"event 6020 routes total=2 announced=2 installed=2\n"                                      \
	"expect active routes-installed | record\n"

#define GONE "routes total=2\n"
#define INSTALLED "routes total=2 announced=2 installed=2\n"

/* A test that is one scenario. */
#define PLAY(name, text)                                                                           \
	static void test_##name(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		play(text);                                                                        \
	}

#endif
