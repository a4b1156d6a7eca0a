<?php

declare(strict_types=1);

namespace FakturOtomatis;

/** The customer's page: the company, whether there will be a faktur and why not, and the fakturs of this account. */
final class ClientPage
{
    private const LINK = 'index.php?m=faktur_otomatis';
    private const ROWS = 20;

    /** @return array<string, mixed> what WHMCS renders with templates/clientarea.tpl */
    public static function show(): array
    {
        $settings = Settings::read();
        $words = Words::choose($settings, (string) ($_SESSION['Language'] ?? ''));
        $client = Person::client();
        $page = [
            'pagetitle' => $words->say('title'),
            'breadcrumb' => [self::LINK => $words->say('title')],
            'templatefile' => 'clientarea',
            'requirelogin' => true,
            'vars' => ['words' => $words->words, 'link' => self::LINK],
        ];
        // WHMCS asks for the login only after it has called us.
        if ($client === 0) {
            return $page;
        }
        $rights = Rights::in($client);
        if (!$rights->hasAny()) {
            $page['vars'] += ['problems' => [$words->say('no_right')], 'refused' => true];
            return $page;
        }
        $api = new Api($settings, "client:$client", $words);
        $problems = [];
        $given = null;
        if (($_GET['a'] ?? '') === 'pdf') {
            $problems = self::download($rights, $api, $client, $words);
        } elseif (($_SERVER['REQUEST_METHOD'] ?? '') === 'POST') {
            $given = Company::posted();
            $problems = self::enter($rights, $api, $client, $given, $words);
        }
        $page['vars'] += self::vars($rights, $api, $client, $words, $problems, $given);
        return $page;
    }

    /** @return list<string> what went wrong; when all is well the request ends here */
    private static function download(Rights $rights, Api $api, int $client, Words $words): array
    {
        if (!$rights->has(Rights::SEE_FAKTURS)) {
            return [$words->say('no_right')];
        }
        $faktur = is_string($_GET['id'] ?? null) ? $_GET['id'] : '';
        $file = $api->pdf($client, $faktur);
        if ($file !== null) {
            Download::send($file, $faktur);
        }
        http_response_code(404);
        return [$words->say('no_pdf')];
    }

    /**
     * @param array<string, string>|null $given none once it must not be offered again
     * @return list<string> what went wrong; when all is well the request ends here
     */
    private static function enter(Rights $rights, Api $api, int $client, ?array &$given, Words $words): array
    {
        if (!$rights->has(Rights::CHANGE_COMPANY)) {
            return [$words->say('no_right')];
        }
        if (check_token() === false) {
            return [$words->say('stale')];
        }
        $account = Person::account($client);
        if ($account === null) {
            return [$words->say('odd_answer')];
        }
        if (Company::isStale($api->account($client))) {
            $given = null;
            return [$words->say('changed')];
        }
        $reply = $api->enter($client, $account, Company::body((array) $given));
        if (!$reply->ok) {
            return $reply->told;
        }
        // A page that is loaded again must not send the form again.
        header('Location: ' . self::LINK . '&saved=1');
        exit;
    }

    /**
     * @param list<string> $problems
     * @param array<string, string>|null $given
     * @return array<string, mixed>
     */
    private static function vars(
        Rights $rights,
        Api $api,
        int $client,
        Words $words,
        array $problems,
        ?array $given,
    ): array {
        $view = Company::view($api->account($client), $words);
        $cursor = is_string($_GET['cursor'] ?? null) ? substr($_GET['cursor'], 0, 100) : '';
        $mayList = $view['known'] && $rights->has(Rights::SEE_FAKTURS);
        $list = $mayList ? $api->fakturs($client, self::ROWS, $cursor) : null;
        return [
            'may_list' => $mayList,
            'may_change' => $rights->has(Rights::CHANGE_COMPANY),
            'csrf' => generate_token('plain'),
            'problems' => array_merge($problems, $view['problems']),
            'saved' => isset($_GET['saved']) && $problems === [],
            'view' => $view,
            'form' => $given ?? $view['fields'],
            'form_open' => $given !== null || $view['status'] === 'none' || $view['status'] === 'suspended',
            'fakturs' => Company::rows((array) ($list->json['items'] ?? []), $words),
            'next' => rawurlencode((string) ($list->json['nextCursor'] ?? '')),
        ];
    }
}
