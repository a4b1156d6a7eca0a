<?php

/**
 * As much of WHMCS as an addon module meets: its hooks, logs, tokens, tables and menus, after the vendor's public
 * developer documents. The database is the same library WHMCS uses (Illuminate), on SQLite in WHMCS_HOME; modules are
 * read from WHMCS_MODULES.
 */

declare(strict_types=1);

namespace WHMCS\Database {
    require_once 'Illuminate/Database/autoload.php';

    class Capsule extends \Illuminate\Database\Capsule\Manager
    {
    }
}

namespace WHMCS\Authentication {
    /** Who the session belongs to; user 1 owns every account. */
    class CurrentUser
    {
        public function user(): ?object
        {
            return isset($_SESSION['uid']) ? (object) ['id' => $_SESSION['user'] ?? 1] : null;
        }

        public function client(): ?object
        {
            return isset($_SESSION['uid']) ? new \WHMCS\User\Client((int) $_SESSION['uid']) : null;
        }

        public function isMasqueradingAdmin(): bool
        {
            return isset($_SESSION['uid'], $_SESSION['adminid']);
        }
    }
}

namespace WHMCS\User {
    class Client
    {
        public function __construct(public int $id)
        {
        }

        public function owner(): ?object
        {
            return (object) ['id' => 1];
        }
    }
}

namespace WHMCS\View\Menu {
    class Item
    {
        /** @var array<string, Item> */
        public array $children = [];

        public function __construct(public string $name, public array $options = [])
        {
        }

        public function addChild(string $name, array $options = []): self
        {
            return $this->children[$name] = new self($name, $options);
        }

        public function getChild(string $name): ?self
        {
            return $this->children[$name] ?? null;
        }
    }
}

namespace {
    use WHMCS\Database\Capsule;

    define('WHMCS', true);

    error_reporting(E_ALL);
    set_error_handler(static function (int $level, string $words, string $file, int $line): bool {
        throw new ErrorException($words, 0, $level, $file, $line);
    }, E_ALL & ~E_DEPRECATED);

    touch(getenv('WHMCS_HOME') . '/whmcs.db');
    $capsule = new Capsule();
    $capsule->addConnection(['driver' => 'sqlite', 'database' => getenv('WHMCS_HOME') . '/whmcs.db', 'prefix' => '']);
    $capsule->setAsGlobal();
    Capsule::connection()->getPdo()->exec('PRAGMA busy_timeout = 5000');

    /** @return string the folder of a module */
    function standInModule(string $name): string
    {
        return getenv('WHMCS_MODULES') . "/addons/$name";
    }

    function standInInstall(): void
    {
        $schema = Capsule::schema();
        $schema->create('tbladdonmodules', static function ($table): void {
            $table->increments('id');
            $table->text('module');
            $table->text('setting');
            $table->text('value');
        });
        $schema->create('tbladmins', static function ($table): void {
            $table->increments('id');
            $table->integer('roleid');
        });
        $schema->create('tblclients', static function ($table): void {
            $table->increments('id');
            foreach (['firstname', 'lastname', 'companyname', 'email'] as $column) {
                $table->text($column);
            }
        });
        $schema->create('tblactivitylog', static function ($table): void {
            $table->increments('id');
            $table->text('description');
        });
        $schema->create('tblmodulelog', static function ($table): void {
            $table->increments('id');
            $table->text('line');
        });
    }

    /** @var array<string, list<array{int, callable}>> */
    $standInHooks = [];

    function add_hook(string $name, int $priority, callable $run): void
    {
        global $standInHooks;
        $standInHooks[$name][] = [$priority, $run];
    }

    /** @return list<mixed> what each function returned */
    function run_hook(string $name, mixed $vars): array
    {
        global $standInHooks;
        $hooks = $standInHooks[$name] ?? [];
        usort($hooks, static fn (array $a, array $b): int => $a[0] <=> $b[0]);
        return array_map(static fn (array $hook): mixed => $hook[1]($vars), $hooks);
    }

    /** Hooks of a module run only while it is active. */
    function standInLoadHooks(): void
    {
        $active = Capsule::table('tbladdonmodules')->where('setting', 'version')->pluck('module')->unique();
        foreach ($active as $module) {
            require_once standInModule($module) . '/hooks.php';
        }
    }

    function logActivity(string $description): void
    {
        Capsule::table('tblactivitylog')->insert(['description' => $description]);
    }

    function logModuleCall($module, $action, $request, $response, $processed = '', $replace = []): void
    {
        $line = implode(' | ', [$module, $action, $request, $response, $processed]);
        Capsule::table('tblmodulelog')->insert(['line' => str_replace($replace, '***', $line)]);
    }

    /** The one action that a module of ours asks for. */
    function localAPI(string $action, array $values = []): array
    {
        $known = $action === 'GetUserPermissions' && ($values['client_id'] ?? 0) === ($_SESSION['uid'] ?? null);
        return $known
            ? ['result' => 'success', 'permissions' => ['permission' => $_SESSION['permissions'] ?? []]]
            : ['result' => 'error', 'message' => 'Invalid client id'];
    }

    function generate_token(string $type = 'form'): string
    {
        $_SESSION['tkval'] ??= bin2hex(random_bytes(8));
        $token = sha1($_SESSION['tkval']);
        return $type === 'plain' ? $token : "<input type=\"hidden\" name=\"token\" value=\"$token\" />";
    }

    function check_token(string $namespace = 'WHMCS.default'): void
    {
        if (!hash_equals(generate_token('plain'), (string) ($_POST['token'] ?? ''))) {
            http_response_code(403);
            exit('Invalid Token');
        }
    }
}
