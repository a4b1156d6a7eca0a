<?php

declare(strict_types=1);

namespace FakturOtomatis;

/** What each hook of WHMCS says, as a wake-up. Names and numbers only: the service reads the rest back. */
final class Events
{
    private const OF_INVOICES = [
        'InvoicePaid' => 'invoice.paid',
        'InvoiceRefunded' => 'invoice.refunded',
        'InvoiceCancelled' => 'invoice.cancelled',
        'InvoiceUnpaid' => 'invoice.unpaid',
        'InvoiceCreation' => 'invoice.created',
        // When a draft is published: it was no bill before.
        'InvoiceCreated' => 'invoice.created',
    ];

    public const HOOKS = [
        'InvoicePaid',
        'InvoiceRefunded',
        'InvoiceCancelled',
        'InvoiceUnpaid',
        'InvoiceCreation',
        'InvoiceCreated',
        'AddTransaction',
        'ClientEdit',
        'TicketOpen',
        'TicketOpenAdmin',
        'ServiceEdit',
        'DomainEdit',
    ];

    /**
     * Null when the hook names nothing.
     *
     * @param array<string, mixed> $vars
     * @return array{type: string, data: array<string, int|string>}|null
     */
    public static function of(string $hook, array $vars): ?array
    {
        $id = static fn (string $name): int => max((int) ($vars[$name] ?? 0), 0);
        switch ($hook) {
            case 'AddTransaction':
                // The documents spell it `invocieid`, others have met `invoiceid`.
                $invoice = $id('invoiceid') ?: $id('invocieid');
                $more = $invoice > 0 ? ['invoiceId' => $invoice] : [];
                return self::event('transaction.added', $id('id'), ['transactionId' => $id('id')] + $more);
            case 'ClientEdit':
                return self::event('client.updated', $id('userid'), ['clientId' => $id('userid')]);
            case 'TicketOpen':
            case 'TicketOpenAdmin':
                return self::event('ticket.opened', $id('ticketid'), ['ticketId' => $id('ticketid')]);
            case 'ServiceEdit':
                return self::event('service.changed', $id('serviceid'), ['serviceId' => 'S' . $id('serviceid')]);
            case 'DomainEdit':
                return self::event('service.changed', $id('domainid'), ['serviceId' => 'D' . $id('domainid')]);
            default:
                $type = self::OF_INVOICES[$hook] ?? null;
                return $type === null
                    ? null
                    : self::event($type, $id('invoiceid'), ['invoiceId' => $id('invoiceid')]);
        }
    }

    /** The nightly run makes invoices by the thousand: they are only queued, and sent when it ends. */
    public static function canWait(string $hook, array $vars): bool
    {
        return in_array($hook, ['InvoiceCreation', 'InvoiceCreated'], true) && ($vars['source'] ?? '') === 'autogen';
    }

    /** @return array{type: string, data: array<string, int|string>}|null */
    private static function event(string $type, int $id, array $data): ?array
    {
        return $id === 0 ? null : ['type' => $type, 'data' => $data];
    }
}
