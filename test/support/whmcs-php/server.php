<?php

/**
 * The stand-in's web half, for `php -S`: the client area (Smarty, as WHMCS renders it) and the admin area. `/login`
 * puts a client or an administrator into the session.
 */

declare(strict_types=1);

use WHMCS\View\Menu\Item;

require __DIR__ . '/whmcs.php';
require_once 'smarty4/Smarty.class.php';

session_save_path(getenv('WHMCS_HOME'));
session_start();

// WHMCS hands every request over with HTML's signs written out.
$encode = static function (&$value): void {
    $value = htmlspecialchars((string) $value, ENT_QUOTES);
};
array_walk_recursive($_GET, $encode);
array_walk_recursive($_POST, $encode);

require standInModule('faktur_otomatis') . '/faktur_otomatis.php';
standInLoadHooks();

function framed(string $title, string $body, string $menu = ''): void
{
    $sheet = getenv('WHMCS_STYLE') ?: '';
    $style = is_file($sheet) ? file_get_contents($sheet) : '';
    echo "<!doctype html><html lang=\"id\"><head><meta charset=\"utf-8\">"
        . "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        . '<title>' . htmlspecialchars($title) . "</title><style>$style</style></head>"
        . "<body><nav>$menu</nav><main class=\"container\" style=\"padding: 20px\">$body</main></body></html>";
}

function clientArea(): void
{
    $page = faktur_otomatis_clientarea([]);
    if ($page['requirelogin'] && !isset($_SESSION['uid'])) {
        header('Location: /login.php');
        return;
    }
    $bar = new Item('Primary Navbar');
    $bar->addChild('Billing');
    run_hook('ClientAreaPrimaryNavbar', $bar);
    $menu = '';
    foreach ($bar->getChild('Billing')->children as $item) {
        $menu .= "<a href=\"{$item->options['uri']}\">" . htmlspecialchars($item->options['label']) . '</a>';
    }
    $smarty = new Smarty();
    $smarty->setTemplateDir(standInModule('faktur_otomatis') . '/templates');
    $smarty->setCompileDir(getenv('WHMCS_HOME') . '/templates_c');
    $smarty->assign($page['vars']);
    framed($page['pagetitle'], $smarty->fetch($page['templatefile'] . '.tpl'), $menu);
}

function adminArea(callable $show): void
{
    if (!isset($_SESSION['adminid'])) {
        header('Location: /admin/login.php');
        return;
    }
    ob_start();
    $show();
    framed('Admin', (string) ob_get_clean());
}

switch (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
    case '/login':
        $_SESSION = [];
        if (isset($_GET['client'])) {
            $_SESSION['uid'] = (int) $_GET['client'];
            $_SESSION['Language'] = $_GET['language'] ?? 'english';
        }
        if (isset($_GET['user'])) {
            $_SESSION['user'] = (int) $_GET['user'];
            $_SESSION['permissions'] = explode(',', $_GET['permissions'] ?? '');
        }
        if (isset($_GET['admin'])) {
            $_SESSION['adminid'] = (int) $_GET['admin'];
        }
        if (isset($_GET['to'])) {
            header('Location: ' . htmlspecialchars_decode($_GET['to']));
        }
        break;
    case '/token':
        // Any page of WHMCS with a form shows it.
        echo generate_token();
        break;
    case '/index.php':
        clientArea();
        break;
    case '/admin/addonmodules.php':
        adminArea(static fn () => faktur_otomatis_output(['modulelink' => 'addonmodules.php?module=faktur_otomatis']));
        break;
    case '/admin/clientssummary.php':
        adminArea(static function (): void {
            echo implode('', run_hook('AdminAreaClientSummaryPage', ['userid' => (int) $_GET['userid']]));
        });
        break;
    case '/admin/clientsprofile.php':
        adminArea(static function (): void {
            $vars = ['userid' => (int) $_GET['userid']];
            if ($_SERVER['REQUEST_METHOD'] === 'POST') {
                check_token('WHMCS.admin.default');
                run_hook('AdminClientProfileTabFieldsSave', $vars);
            }
            echo '<form method="post">' . generate_token();
            foreach (run_hook('AdminClientProfileTabFields', $vars) as $fields) {
                foreach ($fields as $label => $html) {
                    echo "<p><b>$label</b></p>$html";
                }
            }
            echo '<button>Save</button></form>';
        });
        break;
    default:
        http_response_code(404);
        echo 'nothing here';
}
