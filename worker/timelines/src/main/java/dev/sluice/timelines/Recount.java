package dev.sluice.timelines;

/** Count anew what is counted of every user, and correct what is wrong. */
public record Recount() {}
