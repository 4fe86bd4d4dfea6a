"""Webhooks as GitHub sends them: who hears of what, what the delivery holds, and how it goes wrong.

A change of the world makes one Event. Each Hook that hears it gets a WebhookDelivery of its own,
signed with its own secret; the Outbox keeps them, loses or delays some on demand, and `posting`
carries those of hooks with a URL. Source: https://docs.github.com/webhooks
"""
