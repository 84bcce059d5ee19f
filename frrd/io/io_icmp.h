/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Echo requests; see io_icmp.c. */
#ifndef FRRD_IO_ICMP_H
#define FRRD_IO_ICMP_H

/*
 * Open the sockets, which takes the privilege: before the sandbox. Where neither raw
 * nor ping sockets are allowed, probes say so.
 */
void io_icmp_open(void);

/* io_base exists: begin to read them. */
void io_icmp_attach(void);
void io_icmp_finish(void);

#endif
